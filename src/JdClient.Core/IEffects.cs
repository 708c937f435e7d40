using Sv2.Protocol;

namespace JdClient.Core;

/// <summary>
/// What the core wants done. The daemon implements it with non-blocking writes into bounded queues, so that a message is
/// on its way before the next one is prepared; tests implement it with lists. No method calls back into the core; what
/// comes of an effect arrives later as a <see cref="CoreEvent"/>.
/// </summary>
public interface IEffects
{
    /// <summary>Queues a message to a downstream. A full queue closes that session (it comes back as MinerClosed).</summary>
    void SendToMiner(SessionId session, Sv2Message message);

    /// <summary>Ends a downstream connection after what was queued to it has been written.</summary>
    void CloseMiner(SessionId session, MinerCloseCause cause, string reason);

    /// <summary>
    /// Starts one attempt to reach a peer. <paramref name="peer"/> is an upstream's <see cref="UpstreamOptions.Id"/>, or a
    /// provider's place in the configuration; <paramref name="redirect"/> replaces host and port when the peer asked for it (Reconnect).
    /// </summary>
    void Connect(LinkId link, LinkRole role, int peer, PeerEndpoint? redirect);

    /// <summary>Queues a message to a pool, job declarator or template provider.</summary>
    void SendOnLink(LinkId link, Sv2Message message);

    /// <summary>Ends a link, or gives up the attempt.</summary>
    void CloseLink(LinkId link, string reason);

    /// <summary>
    /// Writes a found block to the journal. Called after the block's messages have been queued, and once more, with the
    /// transactions, when they were not known then and come later.
    /// </summary>
    void SaveBlock(FoundBlock block);

    /// <summary>Tells what happened, for logs, metrics and status. Never needed for the core to work.</summary>
    void Report(CoreReport report);
}

/// <summary>Why the core ends a downstream connection: one value for metrics and decisions.</summary>
public enum MinerCloseCause
{
    /// <summary>It broke the protocol.</summary>
    ProtocolViolation,

    /// <summary>Its SetupConnection or its extensions were refused.</summary>
    SetupRefused,

    /// <summary>No SetupConnection came in time.</summary>
    SetupMissing,

    /// <summary>It had no channel for too long.</summary>
    NoChannel,
}

/// <summary>A host and port as a peer or the configuration names them.</summary>
/// <param name="Host">Name or address text.</param>
/// <param name="Port">TCP port.</param>
public sealed record PeerEndpoint(string Host, ushort Port);
