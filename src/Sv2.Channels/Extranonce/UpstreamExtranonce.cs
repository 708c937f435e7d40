namespace Sv2.Channels;

/// <summary>What a work source leaves us to roll: its prefix and the bytes after it.</summary>
/// <param name="Prefix">The upstream's extranonce prefix; empty when mining solo.</param>
/// <param name="Size">Bytes it grants after the prefix (extranonce_size).</param>
public sealed record UpstreamExtranonce(ReadOnlyMemory<byte> Prefix, int Size)
{
    /// <summary>Solo work: no prefix.</summary>
    public static UpstreamExtranonce Solo { get; } = new(ReadOnlyMemory<byte>.Empty, ExtranonceSizes.Solo);

    /// <summary>Prefix and granted bytes together.</summary>
    public int FullSize => Prefix.Length + Size;

    /// <summary>
    /// Whether prefix and grant are within the protocol's 32 bytes and at least <paramref name="needed"/> bytes are granted.
    /// </summary>
    public bool Grants(int needed) => Size >= needed && Size >= 0 && FullSize <= ExtranonceSizes.MaxFull;
}
