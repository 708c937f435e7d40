using JdClient.Blocks;
using JdClient.Core;
using JdClient.Downstream;
using JdClient.Logging;
using JdClient.Status;
using JdClient.Upstream;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Sv2.Transport;

namespace JdClient.ChannelManager;

/// <summary>
/// Carries out what the channel manager wants done, without ever waiting: queues are tried, and a full one ends the
/// connection behind it. Where <see cref="MayWait"/> says so, what goes to miners and shares to the pool wait for
/// <see cref="Flush"/>, so that what several events in a row cause leaves in one write. Called by the actor's task alone.
/// </summary>
internal sealed class ActorEffects(
    SessionTable sessions,
    LinkManager links,
    BlockPublisher publisher,
    BlockJournal journal,
    AcknowledgementGate gate,
    ReportLog reports,
    StatusService status,
    CoreReportFeed feed) : IEffects
{
    // Each once. Bounded by the sessions.
    private readonly List<DownstreamSession> _unflushed = [];
    private PeerLink? _unflushedLink;

    /// <summary>When the event at hand came in, where what follows from it is timed; otherwise 0. Set by the actor.</summary>
    internal long Cause { get; set; }

    /// <summary>Whether effects of the event at hand may wait for those of the next ones. Set by the actor.</summary>
    internal bool MayWait { get; set; }

    /// <inheritdoc/>
    public void SendToMiner(SessionId session, Sv2Message message)
    {
        if (message is SubmitSharesSuccess && gate.TryHold(session, message))
            return;
        if (!MayWait)
        {
            // At once and not after the event: the first miner has its work while that of the last one is still queued.
            sessions.Send(session, message, Cause);
        }
        else if (sessions.Queue(session, message, Cause) is { AwaitsFlush: false } queued)
        {
            queued.AwaitsFlush = true;
            _unflushed.Add(queued);
        }
    }

    /// <summary>Lets out what waits.</summary>
    internal void Flush()
    {
        _unflushedLink?.Flush();
        _unflushedLink = null;
        foreach (DownstreamSession session in _unflushed)
        {
            session.AwaitsFlush = false;
            session.Connection.Flush();
        }

        _unflushed.Clear();
    }

    /// <inheritdoc/>
    public void CloseMiner(SessionId session, MinerCloseCause cause, string reason) =>
        CloseMiner(
            session,
            cause switch
            {
                MinerCloseCause.ProtocolViolation => ConnectionEndReason.ProtocolViolation,
                MinerCloseCause.SetupRefused => ConnectionEndReason.SetupRefused,
                MinerCloseCause.SetupMissing => ConnectionEndReason.FirstMessageTimeout,
                _ => ConnectionEndReason.IdleTimeout,
            },
            reason);

    /// <inheritdoc/>
    public void Connect(LinkId link, LinkRole role, int peer, PeerEndpoint? redirect) => links.Connect(link, role, peer, redirect);

    /// <inheritdoc/>
    public void SendOnLink(LinkId link, Sv2Message message)
    {
        if (!MayWait || message is not SubmitSharesExtended)
        {
            links.Send(link, message, Cause);
            return;
        }

        PeerLink? queued = links.Queue(link, message, Cause);
        if (queued == _unflushedLink)
            return;
        _unflushedLink?.Flush();
        _unflushedLink = queued;
    }

    /// <inheritdoc/>
    public void CloseLink(LinkId link, string reason) => links.Close(link, reason);

    /// <inheritdoc/>
    public void SaveBlock(FoundBlock block)
    {
        Flush();
        publisher.Publish(block);
        gate.Close();
        journal.Save(block, gate.Open);
    }

    /// <inheritdoc/>
    public void Report(CoreReport report)
    {
        if (report is CoreReport.ChannelOpened opened)
            sessions.Find(opened.Session)?.Rate.ChangeChannels(1);
        else if (report is CoreReport.ChannelClosed closed)
            sessions.Find(closed.Session)?.Rate.ChangeChannels(-1);
        reports.Write(report);
        status.Observe(report);
        journal.Observe(report);
        publisher.Observe(report);
        feed.Publish(report);
    }

    /// <summary>Closes the peer that an event came from.</summary>
    internal void CloseSourceOf(CoreEvent? coreEvent, string reason)
    {
        switch (coreEvent)
        {
            case CoreEvent.MinerMessage message:
                CloseMiner(message.Session, ConnectionEndReason.HandlerFailed, reason);
                break;
            case CoreEvent.MinerConnected connected:
                CloseMiner(connected.Session, ConnectionEndReason.HandlerFailed, reason);
                break;
            case CoreEvent.LinkMessage message:
                links.Close(message.Link, reason);
                break;
            case CoreEvent.LinkConnected connected:
                links.Close(connected.Link, reason);
                break;
        }
    }

    private void CloseMiner(SessionId session, ConnectionEndReason reason, string detail) =>
        sessions.Find(session)?.Connection.CloseAfterFlush(reason, detail);
}
