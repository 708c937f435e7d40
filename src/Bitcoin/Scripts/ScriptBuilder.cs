using System.Buffers.Binary;

namespace Bitcoin;

/// <summary>Writes scripts with minimal pushes.</summary>
public sealed class ScriptBuilder
{
    private readonly List<byte> _bytes = [];

    /// <summary>Appends an opcode.</summary>
    public ScriptBuilder Op(byte opcode)
    {
        _bytes.Add(opcode);
        return this;
    }

    /// <summary>
    /// Appends the shortest push of <paramref name="data"/> (BIP62 rule 3): OP_0, OP_1NEGATE and OP_1 to OP_16 where they
    /// push the same item.
    /// </summary>
    public ScriptBuilder Push(ReadOnlySpan<byte> data) => data switch
    {
        [] => Op(Opcodes.Zero),
        [>= 1 and <= 16] => Op((byte)(Opcodes.One + data[0] - 1)),
        [0x81] => Op(Opcodes.OneNegate),
        _ => PushBytes(data),
    };

    /// <summary>Appends the shortest push of a number: its bytes little-endian, the highest bit being the sign.</summary>
    public ScriptBuilder PushNumber(long number) => Push(EncodeNumber(number, stackalloc byte[9]));

    /// <summary>Appends the height as the first push of a coinbase must have it (BIP34).</summary>
    public ScriptBuilder PushHeight(uint height) => PushNumber(height);

    /// <summary>The script so far.</summary>
    public Script ToScript() => new(_bytes.ToArray());

    private static ReadOnlySpan<byte> EncodeNumber(long number, Span<byte> buffer)
    {
        ulong magnitude = number < 0 ? unchecked(0UL - (ulong)number) : (ulong)number;
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, magnitude);
        buffer[8] = 0;
        int length = 8;
        while (length > 0 && buffer[length - 1] == 0)
            length--;
        if (length > 0 && (buffer[length - 1] & 0x80) != 0)
            length++;
        if (number < 0)
            buffer[length - 1] |= 0x80;
        return buffer[..length];
    }

    private ScriptBuilder PushBytes(ReadOnlySpan<byte> data)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)data.Length);
        int lengthBytes = data.Length switch
        {
            <= Opcodes.MaxDirectPush => 0,
            <= byte.MaxValue => 1,
            <= ushort.MaxValue => 2,
            _ => 4,
        };
        _bytes.Add(lengthBytes switch
        {
            0 => (byte)data.Length,
            1 => Opcodes.PushData1,
            2 => Opcodes.PushData2,
            _ => Opcodes.PushData4,
        });
        _bytes.AddRange(length[..lengthBytes]);
        _bytes.AddRange(data);
        return this;
    }
}
