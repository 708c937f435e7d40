using System.Buffers;
using System.IO.Pipelines;
using Sv2.Protocol;
using Sv2.Protocol.Extensions;
using Sv2.Transport.Framing;
using Sv2.Transport.Internal;

namespace Sv2.Transport;

public sealed partial class Sv2Connection
{
    private const string Stopping = "stopping";

    private async Task ReadLoopAsync(InboundHandler onMessage, Deadline deadline, CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            while (End is null)
            {
                ReadResult result = await _reader.ReadAsync(CancellationToken.None);
                ReadOnlySequence<byte> buffer = result.Buffer;
                try
                {
                    while (End is null && TryReadMessage(ref buffer, out InboundMessage inbound))
                    {
                        if (_messagesReceived == 1)
                            deadline.Start(_options.IdleTimeout);
                        deadline.Pause();
                        if (!await DeliverAsync(onMessage, inbound, stopping))
                            return;
                        deadline.Resume();
                    }
                }
                finally
                {
                    _reader.AdvanceTo(buffer.Start, buffer.End);
                }

                if (result.IsCompleted)
                    OnEndOfStream(buffer.IsEmpty && _decoder.IsBetweenFrames);
            }

            await DiscardUntilEndAsync();
        }
        catch (Exception exception)
        {
            OnStreamError(exception);
        }
    }

    // Frames consumed, whole messages handed out; false when more bytes are needed or the connection has just ended.
    private bool TryReadMessage(ref ReadOnlySequence<byte> buffer, out InboundMessage inbound)
    {
        long before = buffer.Length;
        FrameStatus status = _decoder.TryRead(ref buffer);
        Volatile.Write(ref _bytesReceived, _bytesReceived + before - buffer.Length);
        inbound = default;
        FrameHeader header = _decoder.Header;
        switch (status)
        {
            case FrameStatus.NeedMoreData:
                return false;
            case FrameStatus.TooLarge:
                Close(
                    ConnectionEndReason.FrameTooLarge,
                    $"{Describe(header)} announces {header.PayloadLength} bytes, the limit is {_decoder.Limit}");
                return false;
            case FrameStatus.DecryptionFailed:
                Close(ConnectionEndReason.DecryptionFailed, "wrong authentication code in a frame");
                return false;
            default:
                break;
        }

        DecodeResult result = MessageDecoder.Decode(header, _decoder.Payload);
        _decoder.Release();
        Volatile.Write(ref _messagesReceived, _messagesReceived + 1);
        if (result.Status == DecodeStatus.Malformed)
        {
            Close(ConnectionEndReason.MalformedMessage, result.Error);
            return false;
        }

        Sv2Message? message = result.Message;
        if (message is not null && message.IsChannelMessage != header.IsChannelMessage)
            Volatile.Write(ref _wrongChannelBits, _wrongChannelBits + 1);
        if (message is RequestExtensionsSuccess success)
            Volatile.Write(ref _extensions, new ExtensionSet(success.SupportedExtensions));
        else if (message is not null)
            message = Volatile.Read(ref _extensions).Filter(message);
        inbound = new InboundMessage(header, message, result.Status);
        return true;
    }

    private async ValueTask<bool> DeliverAsync(InboundHandler onMessage, InboundMessage inbound, CancellationToken stopping)
    {
        try
        {
            await onMessage(inbound, _ended.Token);
            return true;
        }
        catch (OperationCanceledException) when (End is not null || stopping.IsCancellationRequested)
        {
            // The handler may have waited on the caller's token, which may reach it before it reaches us. Where the end is set
            // already nothing is cut: it may be a graceful one whose last messages are still being written.
            if (End is null)
                Close(ConnectionEndReason.Shutdown, Stopping);
            return true;
        }
        catch (Exception exception)
        {
            CloseNow(ConnectionEndReason.HandlerFailed, $"handling {Describe(inbound.Header)} failed", exception);
            return false;
        }
    }

    // After CloseAfterFlush: until the peer's end of stream, or until the connection is cut.
    private async Task DiscardUntilEndAsync()
    {
        while (Volatile.Read(ref _aborted) == 0)
        {
            ReadResult result = await _reader.ReadAsync(CancellationToken.None);
            _reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || result.IsCanceled)
                return;
        }
    }

    private void OnEndOfStream(bool betweenFrames)
    {
        if (betweenFrames)
            Close(ConnectionEndReason.PeerClosed);
        else
            Close(ConnectionEndReason.TruncatedFrame, "the stream ended inside a frame");
    }

    private static string Describe(FrameHeader header) =>
        $"message 0x{header.MessageType:x2} of extension 0x{header.ExtensionType:x4}";
}
