using Bitcoin;

namespace JdClient.Core.Templates;

/// <summary>The height of a block as its coinbase says it: the first push of the scriptSig (BIP34).</summary>
internal static class CoinbaseHeight
{
    // A height of five bytes is 10 million years away.
    private const int MaxBytes = 4;

    /// <summary>Reads it; null where the script begins with something else.</summary>
    public static uint? TryRead(ReadOnlySpan<byte> scriptSig)
    {
        if (scriptSig.IsEmpty)
            return null;
        byte opcode = scriptSig[0];
        if (opcode == Opcodes.Zero)
            return 0;
        if (Opcodes.IsSmallNumber(opcode))
            return (uint)(opcode - Opcodes.One + 1);
        if (opcode > MaxBytes || scriptSig.Length <= opcode)
            return null;
        uint height = 0;
        for (int i = opcode; i > 0; i--)
            height = (height << 8) | scriptSig[i];
        bool isNegative = (scriptSig[opcode] & 0x80) != 0;
        return isNegative ? null : height;
    }
}
