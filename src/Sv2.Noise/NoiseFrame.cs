namespace Sv2.Noise;

/// <summary>
/// Sizes of an encrypted Stratum frame (04-Protocol-Security 4.6): the 6-byte header is encrypted alone, the payload in chunks of
/// at most 65,519 bytes. An empty payload has no chunk.
/// </summary>
public static class NoiseFrame
{
    /// <summary>Bytes of a plain frame header.</summary>
    public const int HeaderSize = 6;

    /// <summary>Bytes of an authentication tag.</summary>
    public const int MacSize = 16;

    /// <summary>Bytes of an encrypted header.</summary>
    public const int EncryptedHeaderSize = HeaderSize + MacSize;

    /// <summary>Most bytes of an encrypted chunk.</summary>
    public const int MaxEncryptedChunk = 65535;

    /// <summary>Most plaintext bytes of a chunk.</summary>
    public const int MaxChunk = MaxEncryptedChunk - MacSize;

    /// <summary>Most bytes of a payload: its length is a U24.</summary>
    public const int MaxPayload = 0xFF_FFFF;

    /// <summary>Bytes of a payload when encrypted.</summary>
    /// <param name="payloadLength">Plaintext bytes, 0 to <see cref="MaxPayload"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">No length of a payload.</exception>
    public static int EncryptedPayloadLength(int payloadLength) => payloadLength + (ChunkCount(payloadLength) * MacSize);

    /// <summary>Bytes of a frame when encrypted: header and payload.</summary>
    /// <param name="payloadLength">Plaintext bytes of the payload, 0 to <see cref="MaxPayload"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">No length of a payload.</exception>
    public static int EncryptedLength(int payloadLength) => EncryptedHeaderSize + EncryptedPayloadLength(payloadLength);

    /// <summary>Chunks of a payload.</summary>
    /// <param name="payloadLength">Plaintext bytes, 0 to <see cref="MaxPayload"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">No length of a payload.</exception>
    public static int ChunkCount(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadLength, MaxPayload);
        return (payloadLength + MaxChunk - 1) / MaxChunk;
    }
}
