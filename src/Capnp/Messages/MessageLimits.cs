namespace Capnp;

/// <summary>What a message from elsewhere may cost. A message past any of them is a <see cref="CapnpFormatException"/>.</summary>
public sealed record MessageLimits
{
    /// <summary>The defaults: enough for a block of four million bytes, small enough for many connections.</summary>
    public static MessageLimits Default { get; } = new();

    /// <summary>Most segments a message may have.</summary>
    public int MaxSegments { get; init; } = 512;

    /// <summary>Most bytes of all segments together; checked against the segment table, before anything is allocated.</summary>
    public int MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Words (8 bytes) that reading may touch, each as often as it is touched: pointers may share or repeat their target, so
    /// that a small message could otherwise stand for an endless one.
    /// </summary>
    public long TraversalWords { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most pointers from the root to any value.</summary>
    public int MaxDepth { get; init; } = 64;
}
