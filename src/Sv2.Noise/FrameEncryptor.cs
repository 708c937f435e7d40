using Sv2.Noise.Ciphers;

namespace Sv2.Noise;

/// <summary>
/// Encrypts the frames of one direction, in the order they go on the wire. Owned by the write loop: not safe for use from two
/// threads. Allocates nothing.
/// </summary>
public sealed class FrameEncryptor
{
    private readonly CipherState _cipher;

    internal FrameEncryptor(CipherState cipher) => _cipher = cipher;

    /// <summary>The AEAD nonce the next header gets.</summary>
    public ulong NextNonce => _cipher.Nonce;

    internal CipherState Cipher => _cipher;

    /// <summary>Encrypts a frame. Nothing is encrypted, and no nonce used, unless all of it can be.</summary>
    /// <param name="header">6 bytes; its length field is the plaintext length of the payload.</param>
    /// <param name="payload">0 to 2^24 − 1 bytes.</param>
    /// <param name="destination">
    /// Receives <see cref="NoiseFrame.EncryptedLength"/> bytes; must not overlap the header or the payload.
    /// </param>
    /// <returns><see cref="NoiseError.NonceExhausted"/> or <see cref="NoiseError.OutOfOrder"/> (disposed), else none.</returns>
    /// <exception cref="ArgumentException">Sizes are wrong or the destination is too small: a bug of the caller.</exception>
    public NoiseError Encrypt(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        if (header.Length != NoiseFrame.HeaderSize)
            throw new ArgumentException("A frame header has 6 bytes.", nameof(header));
        if (destination.Length < NoiseFrame.EncryptedLength(payload.Length))
            throw new ArgumentException("The destination is shorter than the encrypted frame.", nameof(destination));
        if (!_cipher.HasNonces(1 + (ulong)NoiseFrame.ChunkCount(payload.Length)))
            return NoiseError.NonceExhausted;
        NoiseError error = _cipher.Encrypt(default, header, destination[..NoiseFrame.EncryptedHeaderSize]);
        destination = destination[NoiseFrame.EncryptedHeaderSize..];
        while (error == NoiseError.None && !payload.IsEmpty)
        {
            ReadOnlySpan<byte> chunk = payload[..Math.Min(payload.Length, NoiseFrame.MaxChunk)];
            error = _cipher.Encrypt(default, chunk, destination[..(chunk.Length + NoiseFrame.MacSize)]);
            payload = payload[chunk.Length..];
            destination = destination[(chunk.Length + NoiseFrame.MacSize)..];
        }

        return error;
    }
}
