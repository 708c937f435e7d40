using Bitcoin.Cryptography;

namespace Bitcoin;

/// <summary>Taproot's hashes and its output key (BIP341).</summary>
public static class TaprootOutput
{
    private const byte LeafVersion = 0xc0;
    private const int HashSize = 32;

    /// <summary>The hash of a leaf with a tapscript (BIP342).</summary>
    public static byte[] LeafHash(Script script)
    {
        var length = new byte[CompactSize.MaxLength];
        int size = CompactSize.Write(length, (ulong)script.Length);
        var hash = new byte[HashSize];
        TaggedHash.Compute("TapLeaf"u8, hash, [LeafVersion], length.AsSpan(0, size), script.Span);
        return hash;
    }

    /// <summary>The hash of a branch; its sides are sorted.</summary>
    public static byte[] BranchHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var hash = new byte[HashSize];
        if (left.SequenceCompareTo(right) <= 0)
            TaggedHash.Compute("TapBranch"u8, hash, left, right);
        else
            TaggedHash.Compute("TapBranch"u8, hash, right, left);
        return hash;
    }

    /// <summary>The output key; null in the case (less likely than 2^-127) that there is none.</summary>
    /// <param name="internalKey">32 bytes, x-only.</param>
    /// <param name="merkleRoot">32 bytes, or none where there is no tree (BIP86).</param>
    public static byte[]? TryTweak(ReadOnlySpan<byte> internalKey, ReadOnlySpan<byte> merkleRoot)
    {
        Span<byte> tweak = stackalloc byte[HashSize];
        TaggedHash.Compute("TapTweak"u8, tweak, internalKey, merkleRoot);
        var outputKey = new byte[Secp256k1.XOnlySize];
        return Secp256k1.TryTweakXOnly(internalKey, tweak, outputKey, out _) ? outputKey : null;
    }
}
