using System.Net.Sockets;
using Sv2.Noise;

namespace Sv2.Transport.Internal;

/// <summary>
/// Runs the Noise handshake (spec 04, 4.5) over a socket. Reads exactly the bytes of each act, so that none of the session is
/// lost; the sizes are fixed, so that a peer cannot make the buffer grow. The deadline covers the whole of it.
/// </summary>
internal static class Handshake
{
    /// <summary>Answers an initiator.</summary>
    internal static async Task<HandshakeResult> RespondAsync(
        Socket socket,
        NoiseResponderIdentity identity,
        ConnectionOptions options,
        HandshakeDeadline deadline,
        CancellationToken cancellationToken)
    {
        byte[] act1 = new byte[NoiseHandshake.Act1Size];
        if (!await ReceiveAsync(socket, act1, cancellationToken))
            return HandshakeResult.Failed(ConnectFailureReason.HandshakeAborted, "the peer closed during the handshake");

        byte[] act2 = new byte[NoiseHandshake.Act2Size];
        NoiseSession? session;
        NoiseFailure failure;
        if (options.HandshakeGate is { } gate)
        {
            bool waited = await EnterAsync(gate, deadline, cancellationToken);
            try
            {
                if (waited && HasLeft(socket))
                    return HandshakeResult.Failed(ConnectFailureReason.HandshakeAborted, "the peer closed while it waited for its turn");
                NoiseResponder.TryRespond(identity, act1, UnixSeconds(options), options.Entropy, act2, out session, out failure);
            }
            finally
            {
                gate.Release();
            }
        }
        else
        {
            NoiseResponder.TryRespond(identity, act1, UnixSeconds(options), options.Entropy, act2, out session, out failure);
        }

        if (session is null)
            return HandshakeResult.Failed(ReasonOf(failure.Error), failure.Text);
        try
        {
            await SendAsync(socket, act2, cancellationToken);
            return new HandshakeResult(session, null);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Initiates; an empty authority key means that the certificate is not checked.</summary>
    internal static async Task<HandshakeResult> InitiateAsync(
        Socket socket, ReadOnlyMemory<byte> authorityKey, ConnectionOptions options, CancellationToken cancellationToken)
    {
        using NoiseInitiator initiator = NoiseInitiator.Start(options.Entropy, authorityKey.Span);
        await SendAsync(socket, initiator.Act1.ToArray(), cancellationToken);

        byte[] act2 = new byte[NoiseHandshake.Act2Size];
        if (!await ReceiveAsync(socket, act2, cancellationToken))
            return HandshakeResult.Failed(ConnectFailureReason.HandshakeAborted, "the peer closed during the handshake");
        return initiator.TryFinish(act2, UnixSeconds(options), out NoiseSession? session, out NoiseFailure failure)
            ? new HandshakeResult(session, null)
            : HandshakeResult.Failed(ReasonOf(failure.Error), failure.Text);
    }

    // First come, first served; the wait is our doing and does not count. Returns whether there was one.
    private static async ValueTask<bool> EnterAsync(SemaphoreSlim gate, HandshakeDeadline deadline, CancellationToken cancellationToken)
    {
        Task turn = gate.WaitAsync(cancellationToken);
        if (turn.IsCompletedSuccessfully)
            return false;
        deadline.Pause();
        await turn;
        deadline.Resume();
        return true;
    }

    // After its first act an initiator is silent until our answer: what can be read is its end.
    private static bool HasLeft(Socket socket) => socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0;

    private static long UnixSeconds(ConnectionOptions options) => options.TimeProvider.GetUtcNow().ToUnixTimeSeconds();

    private static ConnectFailureReason ReasonOf(NoiseError error) => error switch
    {
        NoiseError.CertificateExpired or NoiseError.CertificateNotYetValid => ConnectFailureReason.CertificateOutOfDate,
        NoiseError.InvalidCertificateSignature or NoiseError.UnsupportedCertificateVersion => ConnectFailureReason.UntrustedAuthority,
        _ => ConnectFailureReason.HandshakeFailed,
    };

    private static async ValueTask<bool> ReceiveAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            int count = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (count == 0)
                return false;
            buffer = buffer[count..];
        }

        return true;
    }

    private static async ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
            buffer = buffer[await socket.SendAsync(buffer, SocketFlags.None, cancellationToken)..];
    }
}

/// <summary>A session, or why there is none.</summary>
internal readonly record struct HandshakeResult(NoiseSession? Session, ConnectFailure? Failure)
{
    internal static HandshakeResult Failed(ConnectFailureReason reason, string detail) => new(null, new ConnectFailure(reason, detail));
}
