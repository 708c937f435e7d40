namespace Bitcoin;

/// <summary>Bitcoin's merkle trees: a level with an odd number of nodes repeats its last one.</summary>
public static class Merkle
{
    /// <summary>The root above the first leaf (the coinbase txid), given the siblings on the way up, lowest first.</summary>
    public static U256 RootFromPath(U256 coinbaseTxid, ReadOnlySpan<U256> path)
    {
        Span<byte> pair = stackalloc byte[2 * Sha256d.Size];
        coinbaseTxid.WriteLittleEndian(pair);
        foreach (U256 sibling in path)
        {
            sibling.WriteLittleEndian(pair[Sha256d.Size..]);
            Sha256d.Hash(pair, pair[..Sha256d.Size]);
        }

        return U256.FromLittleEndian(pair);
    }

    /// <summary>
    /// The siblings on the way from the coinbase to the root, lowest first, for a block whose other transactions have
    /// <paramref name="txids"/>, in block order and without the coinbase.
    /// </summary>
    public static U256[] PathFromTxids(ReadOnlySpan<U256> txids)
    {
        // level[i] is the node right of position i; position 0 belongs to the coinbase and is not known.
        U256[] level = txids.ToArray();
        int count = level.Length;
        var path = new List<U256>();
        while (count > 0)
        {
            path.Add(level[0]);
            int next = 0;
            for (int i = 1; i < count; i += 2)
                level[next++] = Sha256d.HashPair(level[i], level[Math.Min(i + 1, count - 1)]);
            count = next;
        }

        return [.. path];
    }

    /// <summary>The root of a whole tree; 0 when there are no leaves.</summary>
    public static U256 Root(ReadOnlySpan<U256> leaves)
    {
        if (leaves.IsEmpty)
            return U256.Zero;
        U256[] level = leaves.ToArray();
        for (int count = level.Length; count > 1; count = (count + 1) / 2)
        {
            for (int i = 0; i < count; i += 2)
                level[i / 2] = Sha256d.HashPair(level[i], level[Math.Min(i + 1, count - 1)]);
        }

        return level[0];
    }
}
