namespace Sv2.Channels;

/// <summary>Which bits of a header's version miners may use as they like.</summary>
public static class HeaderVersion
{
    /// <summary>Bits 5 to 28 (BIP 323).</summary>
    public const uint RollableBits = 0x1fff_ffe0;
}
