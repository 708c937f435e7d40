using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Net;
using Sv2.Noise;
using Sv2.Protocol;
using Sv2.Protocol.Extensions;
using Sv2.Transport.Framing;
using Sv2.Transport.Internal;

namespace Sv2.Transport;

/// <summary>
/// One Stratum V2 connection after its handshake: owns the socket and the session's keys.
/// <para>
/// Threading: the read loop alone owns the decoder and calls the handler; the write loop alone owns the encoder. Any thread
/// may call <see cref="TrySend"/>, <see cref="TryQueue"/>, <see cref="Flush"/>, <see cref="Close"/> and
/// <see cref="CloseAfterFlush"/> and read <see cref="Statistics"/>.
/// </para>
/// </summary>
public sealed partial class Sv2Connection : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly Action? _finishSending;
    private readonly NoiseSession? _session;
    private readonly ConnectionOptions _options;
    private readonly Outbox _outbox;
    private readonly FrameDecoder _decoder;
    private readonly FrameEncoder _encoder;
    private readonly PipeReader _reader;

    // Never disposed, as another thread may be about to cancel it; without a timer it holds nothing.
    private readonly CancellationTokenSource _ended = new();

    // Written by several threads: the first reason, whether the stream was cut, whether RunAsync was called.
    private ConnectionEnd? _end;
    private int _aborted;
    private int _started;
    private int _released;
    private ExtensionSet _extensions = ExtensionSet.None;

    // Each is written by one loop.
    private long _bytesReceived;
    private long _bytesSent;
    private long _messagesReceived;
    private long _messagesSent;
    private long _wrongChannelBits;

    internal Sv2Connection(Stream stream, Action? finishSending, EndPoint? remote, NoiseSession? session, ConnectionOptions options)
    {
        _stream = stream;
        _finishSending = finishSending;
        _session = session;
        _options = options;
        RemoteEndPoint = remote;
        _outbox = new Outbox(options.OutboxCapacity);
        _decoder = new FrameDecoder(session?.Receive, PayloadLimits.Of(options.Peer), options.MaxPayloadLength);
        _encoder = new FrameEncoder(session?.Send);

        // Zero-byte reads: an idle connection waits in the kernel and holds no buffer.
        _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(
            bufferSize: options.ReceiveBufferSize,
            minimumReadSize: Math.Min(1024, options.ReceiveBufferSize),
            leaveOpen: true,
            useZeroByteReads: true));
    }

    /// <summary>The peer's address and port, where there is a socket.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>Whether the session is encrypted.</summary>
    public bool IsEncrypted => _session is not null;

    /// <summary>How the connection ended, or null while it lives. Set once, before the loops have stopped.</summary>
    public ConnectionEnd? End => Volatile.Read(ref _end);

    /// <summary>
    /// The extensions agreed on: the list of the <see cref="RequestExtensionsSuccess"/> that went out or came in last. TLV
    /// fields of other extensions are dropped from what comes in and not written to what goes out (extension 0x0002, 1.3).
    /// </summary>
    public ImmutableArray<ushort> NegotiatedExtensions => Volatile.Read(ref _extensions).List;

    /// <summary>The counters now.</summary>
    public ConnectionStatistics Statistics => new(
        Volatile.Read(ref _bytesReceived),
        Volatile.Read(ref _bytesSent),
        Volatile.Read(ref _messagesReceived),
        Volatile.Read(ref _messagesSent),
        _outbox.Count,
        Volatile.Read(ref _wrongChannelBits));

    /// <summary>
    /// Queues a message; it is encoded and encrypted by the write loop, in the order of the queue. Never waits. Messages may be
    /// queued before <see cref="RunAsync"/>.
    /// </summary>
    /// <param name="message">What is sent.</param>
    /// <param name="cause">When that happened of which the message tells, as a timestamp of the connection's clock, for
    /// <see cref="ConnectionOptions.Written"/>; 0 when nobody wants to know how long it took.</param>
    /// <returns>False when the outbox is full or the connection has ended; the caller decides what a full one means.</returns>
    public bool TrySend(Sv2Message message, long cause = 0)
    {
        if (!TryQueue(message, cause))
            return false;
        Flush();
        return true;
    }

    /// <summary>
    /// The same as <see cref="TrySend"/>, but the message may wait for <see cref="Flush"/>: several that follow each other then
    /// leave in one write.
    /// </summary>
    public bool TryQueue(Sv2Message message, long cause = 0) => _outbox.TryAdd(new Outgoing(message, cause));

    /// <summary>Lets out what was queued by <see cref="TryQueue"/>. Does nothing when nothing was.</summary>
    public void Flush() => _outbox.Wake();

    /// <summary>
    /// Reads and writes until the connection ends. To be called once. Never faults: what goes wrong is the result.
    /// </summary>
    /// <param name="onMessage">Receives each message; what it throws ends the connection with
    /// <see cref="ConnectionEndReason.HandlerFailed"/>.</param>
    /// <param name="cancellationToken">Ends the connection with <see cref="ConnectionEndReason.Shutdown"/>.</param>
    public async Task<ConnectionEnd> RunAsync(InboundHandler onMessage, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            throw new InvalidOperationException("a connection runs once");

        using (var readDeadline = new Deadline(_options.TimeProvider, OnSilence))
        using (var writeDeadline = new Deadline(_options.TimeProvider, OnWriteStall))
        using (cancellationToken.UnsafeRegister(
            static state => ((Sv2Connection)state!).Close(ConnectionEndReason.Shutdown, Stopping), this))
        {
            readDeadline.Start(_options.FirstMessageTimeout);
            Task write = Task.Factory.StartNew(
                () => WriteLoopAsync(writeDeadline), CancellationToken.None, TaskCreationOptions.None, _options.WriteScheduler).Unwrap();
            await ReadLoopAsync(onMessage, readDeadline, cancellationToken);
            await write;
        }

        Release();
        return _end!;
    }

    /// <summary>
    /// Ends the connection at once; what waits in the outbox is lost. Only the first reason of all counts. The loops stop
    /// soon after and <see cref="RunAsync"/> returns.
    /// </summary>
    public void Close(ConnectionEndReason reason, string? detail = null) => CloseNow(reason, detail, null);

    /// <summary>Closes with <see cref="ConnectionEndReason.Disposed"/> where nothing else has. Does not wait for the loops.</summary>
    public ValueTask DisposeAsync()
    {
        Close(ConnectionEndReason.Disposed);
        if (Interlocked.Exchange(ref _started, 1) == 0)
            Release();
        return ValueTask.CompletedTask;
    }

    // Only after both loops have stopped, or when they never began: they use the keys.
    private void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0)
            return;
        _flushDeadline?.Dispose();
        _decoder.Release();
        _encoder.Release();
        _reader.Complete();
        _stream.Dispose();
        _session?.Dispose();
    }
}
