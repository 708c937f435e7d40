using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using Capnp.Rpc.Wire;

namespace Capnp.Rpc;

/// <summary>Reading and writing of frames.</summary>
public sealed partial class RpcConnection
{
    private readonly Channel<ReadOnlyMemory<byte>> _outbound;
    private long _outboundBytes;

    private async Task ReadAsync()
    {
        RpcEnd end = new(RpcEndKind.Lost, "the peer closed the connection");
        try
        {
            while (true)
            {
                ReadResult read = await _transport.Input.ReadAsync(_stop.Token);
                ReadOnlySequence<byte> buffer = read.Buffer;
                while (MessageFrame.TryRead(ref buffer, _options.Message, out MessageReader? message))
                {
                    await _readAhead.WaitAsync(_stop.Token);
                    await _events.Writer.WriteAsync(new LoopEvent.Arrived(message), _stop.Token);
                }

                if (read.IsCompleted || read.IsCanceled)
                {
                    if (read.IsCompleted && !buffer.IsEmpty)
                        end = new RpcEnd(RpcEndKind.Lost, "the connection ended within a message");
                    _transport.Input.AdvanceTo(buffer.Start, buffer.End);
                    break;
                }

                _transport.Input.AdvanceTo(buffer.Start, buffer.End);
            }

            // What arrived before the end is still acted on: an abort says why.
            for (int i = 0; i < MaxReadAhead; i++)
                await _readAhead.WaitAsync(_stop.Token);
            End(end, null);
        }
        catch (CapnpFormatException problem)
        {
            End(new RpcEnd(RpcEndKind.ProtocolViolation, problem.Message), problem.Message);
        }
        catch (System.Exception problem) when (problem is OperationCanceledException or ChannelClosedException)
        {
            // The connection has ended otherwise.
        }
        catch (System.Exception problem)
        {
            // Whatever the transport throws: the connection is lost.
            End(new RpcEnd(RpcEndKind.Lost, problem.Message), null);
        }
    }

    /// <summary>Writes until there is nothing more to come; returns whether all of it was written.</summary>
    private async Task<bool> WriteAsync()
    {
        try
        {
            while (await _outbound.Reader.WaitToReadAsync(CancellationToken.None))
            {
                // One flush for a burst.
                while (_outbound.Reader.TryRead(out ReadOnlyMemory<byte> frame))
                {
                    _transport.Output.Write(frame.Span);
                    _ = Interlocked.Add(ref _outboundBytes, -frame.Length);
                }

                FlushResult flushed = await _transport.Output.FlushAsync(CancellationToken.None);
                if (flushed.IsCanceled || flushed.IsCompleted)
                {
                    End(new RpcEnd(RpcEndKind.Lost, "the peer does not read any more"), null);
                    return false;
                }
            }

            return true;
        }
        catch (System.Exception problem)
        {
            // Whatever the transport throws: the connection is lost.
            End(new RpcEnd(RpcEndKind.Lost, problem.Message), null);
            return false;
        }
    }

    private void Send(MessageBuilder message)
    {
        ReadOnlyMemory<byte> frame = message.ToFrame();
        if (Interlocked.Add(ref _outboundBytes, frame.Length) > _options.MaxOutboundBytes || !_outbound.Writer.TryWrite(frame))
            End(new RpcEnd(RpcEndKind.Lost, "the peer does not read"), null);
    }

    private static Message.Builder NewMessage(out MessageBuilder message)
    {
        message = new MessageBuilder();
        return new Message.Builder(message.Root.InitStruct(Message.Builder.DataWords, Message.Builder.PointerCount));
    }

    private void SendAbort(string reason)
    {
        Wire.Exception.Builder exception = NewMessage(out MessageBuilder message).InitAbort();
        exception.Reason = reason;
        exception.Type = Wire.Exception.Type.Failed;
        Send(message);
    }
}
