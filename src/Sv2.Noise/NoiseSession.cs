using Sv2.Noise.Ciphers;

namespace Sv2.Noise;

/// <summary>
/// What a finished handshake leaves: a cipher for each direction. The write loop owns <see cref="Send"/>, the read loop
/// <see cref="Receive"/>; they share nothing. <see cref="Dispose"/> zeroes both keys and belongs after the end of both loops.
/// </summary>
public sealed class NoiseSession : IDisposable
{
    internal NoiseSession(CipherState send, CipherState receive, NoiseCertificate certificate)
    {
        Send = new FrameEncryptor(send);
        Receive = new FrameDecryptor(receive);
        Certificate = certificate;
    }

    /// <summary>Encrypts what goes to the peer.</summary>
    public FrameEncryptor Send { get; }

    /// <summary>Decrypts what comes from the peer.</summary>
    public FrameDecryptor Receive { get; }

    /// <summary>The server's certificate, as sent or as received.</summary>
    public NoiseCertificate Certificate { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Send.Cipher.Dispose();
        Receive.Cipher.Dispose();
    }
}
