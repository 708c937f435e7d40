using Sv2.Transport.Internal;

namespace Sv2.Transport;

public sealed partial class Sv2Connection
{
    private Deadline? _flushDeadline;

    /// <summary>
    /// Ends the connection after what waits in the outbox has been written, at the latest after
    /// <see cref="ConnectionOptions.FlushTimeout"/>. From now on nothing can be queued and nothing is delivered.
    /// </summary>
    public void CloseAfterFlush(ConnectionEndReason reason, string? detail = null)
    {
        if (!TrySetEnd(new ConnectionEnd(reason, detail ?? string.Empty)))
            return;
        var deadline = new Deadline(_options.TimeProvider, Abort);
        _flushDeadline = deadline;
        deadline.Start(_options.FlushTimeout);
        if (Volatile.Read(ref _aborted) != 0)
            deadline.Dispose();

        // Order: no more messages in, handler told, then the write loop empties the queue and sends FIN; the read loop
        // reads on and throws away until the peer's FIN, because closing with unread bytes would reset the connection
        // and take our last messages with it.
        _outbox.Complete();
        _ended.Cancel();
    }

    private void CloseNow(ConnectionEndReason reason, string? detail, Exception? exception)
    {
        TrySetEnd(new ConnectionEnd(reason, detail ?? string.Empty, exception));
        Abort();
    }

    private bool TrySetEnd(ConnectionEnd end) => Interlocked.CompareExchange(ref _end, end, null) is null;

    // Cuts the stream; both loops notice. The order: refuse messages, tell the handler, wake the reader, close the socket.
    private void Abort()
    {
        if (Interlocked.Exchange(ref _aborted, 1) != 0)
            return;
        _flushDeadline?.Dispose();
        _outbox.Complete();
        _ended.Cancel();
        _reader.CancelPendingRead();
        _stream.Dispose();
    }

    private void OnSilence()
    {
        if (Volatile.Read(ref _messagesReceived) == 0)
            Close(ConnectionEndReason.FirstMessageTimeout, $"no message within {_options.FirstMessageTimeout.TotalSeconds} s");
        else
            Close(ConnectionEndReason.IdleTimeout, $"nothing received for {_options.IdleTimeout.TotalSeconds} s");
    }

    private void OnWriteStall() => Close(
        ConnectionEndReason.WriteStalled,
        $"the peer took no bytes for {_options.WriteStallTimeout.TotalSeconds} s");
}
