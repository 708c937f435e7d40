using System.Buffers.Binary;
using Capnp;

namespace BitcoinCore.Ipc.Adapters;

/// <summary>
/// Takes the coinbase transaction of a v30 node apart. Its dummy output carries the whole reward; outputs of value 0 (the
/// witness commitment) must stay. Transaction format: BIP 144.
/// </summary>
internal static class CoinbaseParser
{
    internal static TemplateCoinbase Parse(ReadOnlyMemory<byte> transaction)
    {
        Reader reader = new(transaction);
        uint version = reader.UInt32();
        bool witness = reader.TrySkip(0x00, 0x01);
        if (reader.CompactSize() != 1)
            throw new CapnpFormatException("the node's coinbase has not exactly one input");
        _ = reader.Take(36);
        ReadOnlyMemory<byte> scriptSig = reader.Take(reader.CompactSize());
        uint sequence = reader.UInt32();

        long reward = 0;
        List<ReadOnlyMemory<byte>> required = [];
        for (ulong left = reader.CompactSize(); left > 0; left--)
        {
            int start = reader.At;
            long value = (long)reader.UInt64();
            _ = reader.Take(reader.CompactSize());
            reward = unchecked(reward + value);
            if (value == 0)
                required.Add(transaction[start..reader.At]);
        }

        ReadOnlyMemory<byte> reserved = default;
        if (witness)
        {
            for (ulong items = reader.CompactSize(); items > 0; items--)
                reserved = reader.Take(reader.CompactSize());
        }

        return new TemplateCoinbase(version, sequence, scriptSig, reserved, reward, required, reader.UInt32());
    }

    /// <summary>Reads forward; the end of the bytes is malformed like everything else that comes from the node.</summary>
    private sealed class Reader(ReadOnlyMemory<byte> bytes)
    {
        internal int At { get; private set; }

        internal ReadOnlyMemory<byte> Take(ulong count)
        {
            if (count > (ulong)(bytes.Length - At))
                throw new CapnpFormatException("the node's coinbase ends early");
            At += (int)count;
            return bytes.Slice(At - (int)count, (int)count);
        }

        internal bool TrySkip(byte first, byte second)
        {
            ReadOnlySpan<byte> rest = bytes.Span[At..];
            if (rest.Length < 2 || rest[0] != first || rest[1] != second)
                return false;
            At += 2;
            return true;
        }

        internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);

        internal ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8).Span);

        internal ulong CompactSize() => Take(1).Span[0] switch
        {
            0xfd => BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span),
            0xfe => UInt32(),
            0xff => UInt64(),
            byte small => small,
        };
    }
}
