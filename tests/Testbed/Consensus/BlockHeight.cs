namespace Testbed.Consensus;

/// <summary>The height at the start of a coinbase's scriptSig (BIP34).</summary>
public static class BlockHeight
{
    /// <summary>The push of a height, as nodes demand it byte for byte.</summary>
    public static byte[] Push(int height)
    {
        if (height is >= 1 and <= 16)
            return [(byte)(0x50 + height)];
        var number = new ByteSink();
        int rest = height;
        byte last = 0;
        int length = 0;
        for (; rest > 0; rest >>= 8, length++)
            number.U8(last = (byte)rest);
        if ((last & 0x80) != 0)
        {
            number.U8(0); // The top bit is the sign of a script number.
            length++;
        }

        return [(byte)length, .. number.ToArray()];
    }

    /// <summary>The height a scriptSig starts with, or null where it starts with something else.</summary>
    public static int? Read(ReadOnlySpan<byte> scriptSig)
    {
        if (scriptSig is [>= 0x51 and <= 0x60, ..])
            return scriptSig[0] - 0x50;
        if (scriptSig is not [>= 1 and <= 4, ..] || scriptSig.Length <= scriptSig[0])
            return null;
        long value = 0;
        for (int i = scriptSig[0]; i >= 1; i--)
            value = (value << 8) | scriptSig[i];
        int height = (int)Math.Min(value, int.MaxValue);
        return scriptSig.StartsWith(Push(height)) ? height : null;
    }
}
