using System.Net.Sockets;

namespace Sv2.Transport.ProxyProtocol;

/// <summary>A header, or why there is none.</summary>
/// <param name="Header">The header; null when there is none.</param>
/// <param name="Error">Why, in one line; null when there is a header.</param>
/// <param name="SaidNothing">The peer closed without a byte, as a health check of the port alone does.</param>
public readonly record struct ProxyHeaderResult(ProxyHeader? Header, string? Error, bool SaidNothing = false);

/// <summary>Reads a PROXY header off a socket, and not a byte more: what follows is the handshake's.</summary>
public static class ProxyHeaderReader
{
    /// <summary>
    /// Reads it. Bounded by <see cref="ProxyHeader.MaxLength"/>; what cannot be a header is refused at its first wrong byte.
    /// </summary>
    /// <param name="socket">Just accepted. The caller's, also afterwards.</param>
    /// <param name="timeout">For the whole of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; a missed deadline is a result.</exception>
    public static async Task<ProxyHeaderResult> ReadAsync(
        Socket socket, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await ReadAsync(socket, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProxyHeaderResult(null, $"no whole PROXY header within {timeout.TotalSeconds} s");
        }
        catch (SocketException error)
        {
            return new ProxyHeaderResult(null, $"no PROXY header: {error.Message}");
        }
    }

    private static async Task<ProxyHeaderResult> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[ProxyHeader.MaxLength];
        int filled = 0;
        int length = ProxyHeader.FixedLength;
        while (filled < length)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(filled, length - filled), cancellationToken);
            if (count == 0)
                return new ProxyHeaderResult(null, "closed before its PROXY header was whole", SaidNothing: filled == 0);
            filled += count;
            if (!ProxyHeader.MayBegin(buffer.AsSpan(0, filled), out string? error))
                return new ProxyHeaderResult(null, error);
            if (filled == ProxyHeader.FixedLength)
            {
                length = ProxyHeader.LengthOf(buffer.AsSpan(0, filled), out error);
                if (error is not null)
                    return new ProxyHeaderResult(null, error);
            }
        }

        ProxyHeader? header = ProxyHeader.Read(buffer.AsSpan(0, length), out string? problem);
        return new ProxyHeaderResult(header, problem);
    }
}
