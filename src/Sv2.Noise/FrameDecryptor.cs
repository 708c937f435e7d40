using Sv2.Noise.Ciphers;

namespace Sv2.Noise;

/// <summary>
/// Decrypts the frames of one direction, in wire order: a header, then the chunks of its payload. Owned by the read loop: not safe
/// for use from two threads. Allocates nothing. A failed decryption uses no nonce (04-Protocol-Security 4.4.1); the connection
/// is to be closed all the same.
/// </summary>
public sealed class FrameDecryptor
{
    private readonly CipherState _cipher;

    internal FrameDecryptor(CipherState cipher) => _cipher = cipher;

    /// <summary>The AEAD nonce the next header must have.</summary>
    public ulong NextNonce => _cipher.Nonce;

    internal CipherState Cipher => _cipher;

    /// <summary>Decrypts a header.</summary>
    /// <param name="encrypted">22 bytes.</param>
    /// <param name="header">Receives 6 bytes; may be the start of <paramref name="encrypted"/>.</param>
    public NoiseError DecryptHeader(ReadOnlySpan<byte> encrypted, Span<byte> header) =>
        encrypted.Length != NoiseFrame.EncryptedHeaderSize
            ? NoiseError.WrongSize
            : _cipher.Decrypt(default, encrypted, header[..NoiseFrame.HeaderSize]);

    /// <summary>
    /// Decrypts one chunk, so that a reader can work off a long payload as it arrives. Each chunk but the last has
    /// <see cref="NoiseFrame.MaxEncryptedChunk"/> bytes.
    /// </summary>
    /// <param name="encrypted">17 to 65,535 bytes.</param>
    /// <param name="plaintext">
    /// Receives 16 bytes less; may start at the same address as <paramref name="encrypted"/>, but not overlap it otherwise.
    /// </param>
    public NoiseError DecryptChunk(ReadOnlySpan<byte> encrypted, Span<byte> plaintext) =>
        encrypted.Length is <= NoiseFrame.MacSize or > NoiseFrame.MaxEncryptedChunk
            ? NoiseError.WrongSize
            : _cipher.Decrypt(default, encrypted, plaintext[..(encrypted.Length - NoiseFrame.MacSize)]);

    /// <summary>Decrypts a whole payload into other memory.</summary>
    /// <param name="encrypted"><see cref="NoiseFrame.EncryptedPayloadLength"/> bytes for the length the header names.</param>
    /// <param name="payload">Exactly the plaintext length; must not overlap <paramref name="encrypted"/>.</param>
    public NoiseError DecryptPayload(ReadOnlySpan<byte> encrypted, Span<byte> payload)
    {
        if (payload.Length > NoiseFrame.MaxPayload || encrypted.Length != NoiseFrame.EncryptedPayloadLength(payload.Length))
            return NoiseError.WrongSize;
        NoiseError error = NoiseError.None;
        while (error == NoiseError.None && !payload.IsEmpty)
        {
            int length = Math.Min(payload.Length, NoiseFrame.MaxChunk);
            error = DecryptChunk(encrypted[..(length + NoiseFrame.MacSize)], payload);
            encrypted = encrypted[(length + NoiseFrame.MacSize)..];
            payload = payload[length..];
        }

        return error;
    }

    /// <summary>Decrypts a whole payload where it lies.</summary>
    /// <param name="buffer">
    /// The encrypted payload; afterwards its first <paramref name="payloadLength"/> bytes are the plaintext, the rest is undefined.
    /// </param>
    /// <param name="payloadLength">The plaintext length the header names.</param>
    public NoiseError DecryptPayloadInPlace(Span<byte> buffer, int payloadLength)
    {
        if (payloadLength is < 0 or > NoiseFrame.MaxPayload || buffer.Length != NoiseFrame.EncryptedPayloadLength(payloadLength))
            return NoiseError.WrongSize;
        NoiseError error = NoiseError.None;
        Span<byte> target = buffer;
        while (error == NoiseError.None && !buffer.IsEmpty)
        {
            Span<byte> chunk = buffer[..Math.Min(buffer.Length, NoiseFrame.MaxEncryptedChunk)];
            int length = chunk.Length - NoiseFrame.MacSize;
            error = DecryptChunk(chunk, chunk);

            // After the first chunk the plaintext lies behind its place by the tags before it.
            chunk[..length].CopyTo(target);
            target = target[length..];
            buffer = buffer[chunk.Length..];
        }

        return error;
    }
}
