using System.Net;
using System.Net.Sockets;

namespace Sv2.Transport.Internal;

/// <summary>
/// Connects to whichever of a name's addresses answers first (RFC 8305 in its simple form): the next one is begun when the one
/// before has failed, or has said nothing for <see cref="ConnectionOptions.AddressDelay"/>, so that a dead address costs a
/// moment and not its whole deadline.
/// </summary>
internal static class AddressRace
{
    /// <summary>The first socket that connects; otherwise the first failure. All other sockets are closed on return.</summary>
    /// <param name="addresses">At least one, in order of preference.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="options">Deadline of each address, and the delay.</param>
    /// <param name="cancellationToken">Gives up all.</param>
    internal static async Task<AddressAttempt> RunAsync(
        IReadOnlyList<IPAddress> addresses, int port, ConnectionOptions options, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<AddressAttempt>>(addresses.Count);
        AddressAttempt? won = null;
        AddressAttempt? failed = null;
        for (int next = 0; won is null && (next < addresses.Count || running.Count > 0);)
        {
            if (next < addresses.Count)
                running.Add(OpenAsync(new IPEndPoint(addresses[next++], port), options, over.Token));
            await WaitAsync(running, next < addresses.Count ? options.AddressDelay : Timeout.InfiniteTimeSpan, options.TimeProvider);
            foreach (Task<AddressAttempt> ended in running.Where(attempt => attempt.IsCompleted).ToArray())
            {
                AddressAttempt attempt = await ended;
                if (won is null && attempt.Socket is not null)
                    won = attempt;
                else if (attempt.Socket is null)
                    failed ??= attempt;
                else
                    continue;
                running.Remove(ended);
            }
        }

        await over.CancelAsync();
        foreach (Task<AddressAttempt> attempt in running)
            (await attempt).Socket?.Dispose();
        return won ?? failed!.Value;
    }

    private static async Task WaitAsync(List<Task<AddressAttempt>> running, TimeSpan delay, TimeProvider time)
    {
        Task any = Task.WhenAny(running);
        if (delay == Timeout.InfiniteTimeSpan)
        {
            await any;
            return;
        }

        using var stop = new CancellationTokenSource();
        await Task.WhenAny(any, Task.Delay(delay, time, stop.Token));
        await stop.CancelAsync();
    }

    private static async Task<AddressAttempt> OpenAsync(IPEndPoint endPoint, ConnectionOptions options, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Socket? socket = null;
        ConnectFailure failure;
        try
        {
            // Inside, because a host without IPv6 refuses the very socket, and one without free descriptors any.
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SocketSetup.Configure(socket, options);
            await socket.ConnectAsync(endPoint, both.Token);
            return new AddressAttempt(socket, endPoint, null);
        }
        catch (OperationCanceledException)
        {
            failure = cancellationToken.IsCancellationRequested
                ? new ConnectFailure(ConnectFailureReason.Cancelled, "the attempt was given up")
                : new ConnectFailure(
                    ConnectFailureReason.ConnectTimedOut, $"{endPoint}: no answer within {options.ConnectTimeout.TotalSeconds} s");
        }
        catch (SocketException error)
        {
            failure = new ConnectFailure(ConnectFailureReason.ConnectFailed, $"{endPoint}: {error.Message}");
        }

        socket?.Dispose();
        return new AddressAttempt(null, endPoint, failure);
    }
}

/// <summary>A connected socket, owned by the receiver, or why there is none.</summary>
internal readonly record struct AddressAttempt(Socket? Socket, IPEndPoint EndPoint, ConnectFailure? Failure);
