using System.Buffers.Binary;

namespace Testbed.Consensus;

/// <summary>The six fields of a block header.</summary>
public readonly record struct BlockHeader(uint Version, U256 PrevHash, U256 MerkleRoot, uint Time, uint Bits, uint Nonce)
{
    public const int Length = 80;

    /// <summary>The double SHA-256 of the header.</summary>
    public U256 Hash()
    {
        Span<byte> bytes = stackalloc byte[Length];
        Write(bytes);
        return Hashing.DoubleSha256(bytes);
    }

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Version);
        PrevHash.WriteLittleEndian(destination[4..]);
        MerkleRoot.WriteLittleEndian(destination[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[68..], Time);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[72..], Bits);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[76..], Nonce);
    }
}
