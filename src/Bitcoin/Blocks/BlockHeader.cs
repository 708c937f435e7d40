using System.Buffers.Binary;

namespace Bitcoin;

/// <summary>A block header: what is hashed when mining.</summary>
/// <param name="Version">Version, with rolled bits (BIP 323).</param>
/// <param name="PrevHash">Hash of the block before.</param>
/// <param name="MerkleRoot">Root of the transactions' ids.</param>
/// <param name="Time">Unix seconds.</param>
/// <param name="NBits">Network target, compact.</param>
/// <param name="Nonce">What is searched for.</param>
public readonly record struct BlockHeader(uint Version, U256 PrevHash, U256 MerkleRoot, uint Time, uint NBits, uint Nonce)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 80;

    /// <summary>Reads <see cref="Size"/> bytes.</summary>
    public static BlockHeader Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(source),
        U256.FromLittleEndian(source[4..]),
        U256.FromLittleEndian(source[36..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[68..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[72..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[76..]));

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Version);
        PrevHash.WriteLittleEndian(destination[4..]);
        MerkleRoot.WriteLittleEndian(destination[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[68..], Time);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[72..], NBits);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[76..], Nonce);
    }

    /// <summary>The header's bytes in a new array.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    /// <summary>The header's hash as the number that is compared with targets.</summary>
    public U256 Hash()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Sha256d.Hash(bytes);
    }
}
