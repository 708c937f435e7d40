using System.Net.Sockets;
using Sv2.Protocol;
using Sv2.Protocol.Extensions;
using Sv2.Transport.Internal;

namespace Sv2.Transport;

public sealed partial class Sv2Connection
{
    // A burst is sent when the queue is empty or this many bytes are ready; also the largest piece offered in one write,
    // so that the stall deadline measures progress and not the size of a message.
    private const int BurstLength = 64 * 1024;

    // The write loop's: of what is about to be written, the first and the last that have a cause.
    private Outgoing _firstTimed;
    private Outgoing _lastTimed;

    private async Task WriteLoopAsync(Deadline deadline)
    {
        try
        {
            while (await _outbox.WaitAsync())
            {
                int messages = 0;
                while (Volatile.Read(ref _aborted) == 0 && _outbox.TryTake(out Outgoing queued))
                {
                    if (!TryEncode(queued.Message))
                        return;
                    messages++;
                    if (queued.Cause != 0)
                    {
                        _lastTimed = queued;
                        if (_firstTimed.Cause == 0)
                            _firstTimed = queued;
                    }

                    if (_encoder.Length < BurstLength)
                        continue;
                    await SendAsync(messages, deadline);
                    messages = 0;
                }

                if (Volatile.Read(ref _aborted) != 0)
                    return;
                await SendAsync(messages, deadline);
                _encoder.Release();
            }

            _finishSending?.Invoke();
        }
        catch (Exception exception)
        {
            OnStreamError(exception);
        }
    }

    private bool TryEncode(Sv2Message message)
    {
        try
        {
            _encoder.Append(Volatile.Read(ref _extensions).Filter(message));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            CloseNow(ConnectionEndReason.EncodingFailed, $"{message.GetType().Name} cannot be encoded: {exception.Message}", exception);
            return false;
        }

        if (message is RequestExtensionsSuccess success)
            Volatile.Write(ref _extensions, new ExtensionSet(success.SupportedExtensions.IsDefault ? [] : success.SupportedExtensions));
        return true;
    }

    private async ValueTask SendAsync(int messages, Deadline deadline)
    {
        ReadOnlyMemory<byte> rest = _encoder.Output;
        while (!rest.IsEmpty)
        {
            ReadOnlyMemory<byte> part = rest[..Math.Min(rest.Length, BurstLength)];
            ValueTask write = _stream.WriteAsync(part, CancellationToken.None);
            bool waits = !write.IsCompleted;
            if (waits)
                deadline.Start(_options.WriteStallTimeout);
            await write;
            if (waits)
                deadline.Stop();

            Volatile.Write(ref _bytesSent, _bytesSent + part.Length);
            rest = rest[part.Length..];
        }

        Volatile.Write(ref _messagesSent, _messagesSent + messages);
        _encoder.Clear();
        TellWritten();
    }

    private void TellWritten()
    {
        if (_firstTimed.Cause == 0)
            return;
        _options.Written?.Invoke(_firstTimed.Message, _options.TimeProvider.GetElapsedTime(_firstTimed.Cause));
        if (!ReferenceEquals(_lastTimed.Message, _firstTimed.Message))
            _options.Written?.Invoke(_lastTimed.Message, _options.TimeProvider.GetElapsedTime(_lastTimed.Cause));
        _firstTimed = default;
        _lastTimed = default;
    }

    // The stream failed under one of the loops. After an end of our own that is the expected way to wake it.
    private void OnStreamError(Exception exception)
    {
        SocketError? error = (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode;
        ConnectionEndReason reason = error is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown
            ? ConnectionEndReason.ConnectionReset
            : ConnectionEndReason.SocketError;
        CloseNow(reason, exception.Message, exception);
    }
}
