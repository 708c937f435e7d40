using System.Buffers.Binary;

namespace Bitcoin;

/// <summary>Goes through a script one operation at a time.</summary>
/// <param name="script">The script; pushed data returned lives as long as it does.</param>
public ref struct ScriptReader(ReadOnlySpan<byte> script)
{
    private ReadOnlySpan<byte> _rest = script;

    /// <summary>Whether all operations were read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>The next operation and what it pushes; false at the end and where a push goes beyond the end.</summary>
    public bool TryRead(out byte opcode, out ReadOnlySpan<byte> data)
    {
        opcode = 0;
        data = default;
        if (_rest.IsEmpty)
            return false;
        byte first = _rest[0];
        int lengthBytes = first is >= Opcodes.PushData1 and <= Opcodes.PushData4 ? 1 << (first - Opcodes.PushData1) : 0;
        if (_rest.Length < 1 + lengthBytes)
            return false;
        ReadOnlySpan<byte> after = _rest[1..];
        uint length = lengthBytes switch
        {
            1 => after[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(after),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(after),
            _ => first <= Opcodes.MaxDirectPush ? first : 0u,
        };
        if (length > (uint)(after.Length - lengthBytes))
            return false;
        opcode = first;
        data = after.Slice(lengthBytes, (int)length);
        _rest = after[(lengthBytes + (int)length)..];
        return true;
    }
}
