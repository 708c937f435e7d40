using System.Collections.Immutable;
using Sv2.Protocol;

namespace JdClient.Core;

/// <summary>What happened outside. The only way anything enters <see cref="ChannelManager"/>.</summary>
public abstract record CoreEvent
{
    private CoreEvent()
    {
    }

    /// <summary>A downstream finished its Noise handshake; its first message must be SetupConnection.</summary>
    public sealed record MinerConnected(SessionId Session, string Peer) : CoreEvent;

    /// <summary>A downstream sent a message.</summary>
    public sealed record MinerMessage(SessionId Session, Sv2Message Message) : CoreEvent;

    /// <summary>A downstream's connection has ended, whoever ended it.</summary>
    public sealed record MinerClosed(SessionId Session, string Reason) : CoreEvent;

    /// <summary>
    /// A link is usable: pool and job declarator after the Noise handshake (SetupConnection is the core's), a template
    /// provider after its whole set-up (the core speaks Template Distribution to it, whatever carries it).
    /// </summary>
    public sealed record LinkConnected(LinkId Link) : CoreEvent;

    /// <summary>A pool, job declarator or template provider sent a message.</summary>
    public sealed record LinkMessage(LinkId Link, Sv2Message Message) : CoreEvent;

    /// <summary>A link could not be made, or has ended. Also reported for links that the core itself closed.</summary>
    public sealed record LinkClosed(LinkId Link, LinkFailure Failure, string Detail) : CoreEvent;

    /// <summary>
    /// A block of an earlier run is in the journal without a known outcome. Its solution is offered to its provider, which may still
    /// have the template.
    /// </summary>
    /// <param name="Block">The block, without its transactions.</param>
    /// <param name="IsWhole">Whether the journal has those; otherwise they are looked for.</param>
    public sealed record UnconfirmedBlock(FoundBlock Block, bool IsWhole = false) : CoreEvent;

    /// <summary>
    /// The configuration was read again. An upstream whose options are the same, id included, keeps its session and its
    /// health, also at another place in the list; others are left, or are new. Nothing of it touches a miner's connection.
    /// </summary>
    /// <param name="Upstreams">All upstreams from now on, in order of preference; ignored in solo mode.</param>
    /// <param name="Fallback">When peers are left and tried again.</param>
    /// <param name="Deadlines">How long answers are waited for from now on.</param>
    /// <param name="Limits">Bounds of what is kept; what exceeds a new bound goes as others come.</param>
    public sealed record UpstreamsChanged(
        ImmutableArray<UpstreamOptions> Upstreams,
        FallbackOptions Fallback,
        DeadlineOptions Deadlines,
        CoreLimits Limits) : CoreEvent;

    /// <summary>The time <see cref="ChannelManager.NextWakeUp"/> named has come.</summary>
    public sealed record WakeUp : CoreEvent;
}

/// <summary>Why a link failed or ended; decides how its upstream is judged (design §6: unreachable or misbehaving).</summary>
public enum LinkFailure
{
    /// <summary>Name resolution, TCP connect or handshake did not succeed.</summary>
    Unreachable,

    /// <summary>The peer's certificate is not signed by the configured authority, or is out of its time.</summary>
    Untrusted,

    /// <summary>An established connection ended.</summary>
    ConnectionLost,

    /// <summary>The peer sent something that is not the protocol.</summary>
    ProtocolViolation,

    /// <summary>Our queue to the peer was full: it does not read.</summary>
    TooSlow,

    /// <summary>We closed it.</summary>
    ClosedByUs,
}
