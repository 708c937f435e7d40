using System.Security.Cryptography;
using Bitcoin.Cryptography;
using Sv2.Protocol;

namespace Sv2.Transport;

/// <summary>
/// Limits and deadlines of one connection. Immutable; one instance serves many connections. A deadline of
/// <see cref="Timeout.InfiniteTimeSpan"/> is off.
/// </summary>
public sealed record ConnectionOptions
{
    /// <summary>What the peer is: decides how large its messages may be (<see cref="PayloadLimits"/>).</summary>
    public required PeerRole Peer { get; init; }

    /// <summary>The clock of every deadline and of certificates. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Source of ephemeral keys. Default: the operating system's generator.</summary>
    public EntropySource Entropy { get; init; } = RandomNumberGenerator.Fill;

    /// <summary>Messages that may wait before <see cref="Sv2Connection.TrySend"/> returns false. Default 1,024.</summary>
    public int OutboxCapacity { get; init; } = 1024;

    /// <summary>Largest payload accepted from the peer, in bytes, beside the limits of its role and of each type. Default: none.</summary>
    public int MaxPayloadLength { get; init; } = FrameHeader.MaxPayloadLength;

    /// <summary>Deadline of name resolution. Default 5 s.</summary>
    public TimeSpan NameResolutionTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Deadline of TCP connect, for each address. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for one address of a name to answer before the next is tried beside it (RFC 8305, 5). Default 250 ms.</summary>
    public TimeSpan AddressDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Deadline of the whole Noise handshake, without the wait for <see cref="HandshakeGate"/>. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Taken while a server's handshake computes, about a millisecond, and not while it waits for bytes: so a storm of new
    /// connections cannot take every core, and a slow or silent one keeps nobody waiting. Those that wait get their turn in the
    /// order in which they came; one that has left meanwhile costs nothing. Default: none. The caller's to dispose.
    /// </summary>
    public SemaphoreSlim? HandshakeGate { get; init; }

    /// <summary>Deadline of the peer's first whole message after <see cref="Sv2Connection.RunAsync"/> began. Default 10 s.</summary>
    public TimeSpan FirstMessageTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest silence after the first message, counted while we are ready to read. Default: off.</summary>
    public TimeSpan IdleTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Longest time in which the peer takes none of the bytes we offer. Default 15 s.</summary>
    public TimeSpan WriteStallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long <see cref="Sv2Connection.CloseAfterFlush"/> may take to empty the outbox. Default 2 s.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>TCP keep-alive: silence before the first probe. Default 60 s.</summary>
    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>TCP keep-alive: time between probes; five unanswered ones end the connection. Default 10 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long sent bytes may go without an acknowledgement of the peer's system before the connection is given up (RFC 5482,
    /// on Linux). Zero leaves it to the system. Default 60 s.
    /// </summary>
    public TimeSpan UnacknowledgedTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Bytes asked for in one read. The buffer is rented only when bytes are there. Default 4,096; a template provider's
    /// connection is better off with 65,536.
    /// </summary>
    public int ReceiveBufferSize { get; init; } = 4096;

    /// <summary>
    /// Bytes that the operating system holds for us in each direction, which it may round up. Without it a peer that does not read,
    /// or is not read from, takes megabytes of the kernel's memory. Default: left to the system.
    /// </summary>
    public int? SocketBufferSize { get; init; }

    /// <summary>
    /// Told after a write, for the first and the last message in it that were queued with a cause: which, and the time since the cause.
    /// Called by the write loop; must be quick and must not throw. Default: nobody.
    /// </summary>
    public Action<Sv2Message, TimeSpan>? Written { get; init; }

    /// <summary>
    /// Runs the write loops. A server of many shares one of limited concurrency among its connections: when a new job wakes
    /// all of them at once, reading and everything else on the thread pool still gets its turn. Default: the thread pool.
    /// </summary>
    public TaskScheduler WriteScheduler { get; init; } = TaskScheduler.Default;
}
