using JdClient.Core;
using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

/// <summary>
/// Turns what the channel manager reports into log lines, except changes of state, which
/// <see cref="Status.StatusService"/> tells. Shares only at debug level; repeats of one kind are limited, blocks never.
/// Called by the channel manager's actor alone.
/// </summary>
/// <param name="log">Where the lines go.</param>
/// <param name="names">Names of peers by id.</param>
/// <param name="limiter">Bounds repeats.</param>
internal sealed partial class ReportLog(ILogger<Core.ChannelManager> log, IPeerNames names, LineLimiter limiter)
{
    // Sessions whose end was announced with its reason; each goes when the session does.
    private readonly HashSet<SessionId> _told = [];

    /// <summary>Writes the line of a report.</summary>
    internal void Write(CoreReport report)
    {
        switch (report)
        {
            // The most frequent first.
            case CoreReport.ShareAccepted share:
                if (log.IsEnabled(LogLevel.Debug))
                    log.ShareAccepted(share.Session.Value, names.Of(share.Session), share.Channel, share.JobId, share.Difficulty);
                return;
            case CoreReport.UpstreamShareSent share:
                if (log.IsEnabled(LogLevel.Debug))
                    log.UpstreamShareSent(names.Upstream(share.UpstreamId), share.SequenceNumber);
                return;
            case CoreReport.ShareRejected share:
                if (log.IsEnabled(LogLevel.Debug))
                    log.ShareRejected(share.Session.Value, names.Of(share.Session), share.Channel, share.JobId, share.ErrorCode);
                return;

            // Changes of state: told by the status service, which knows what is news.
            case CoreReport.WorkSourceChanged or CoreReport.UpstreamChanged or CoreReport.ProviderChanged:
                return;
        }

        if (MayNotBeLeftOut(report) || Take(report))
            WriteLine(report);
        else if (report is CoreReport.SessionClosed closed)
            _told.Remove(closed.Session);
    }

    /// <summary>Tells what was left out since the last time, once in a while.</summary>
    internal void Flush()
    {
        foreach ((int kind, long count) in limiter.TakeLeftOut())
            log.LinesLeftOut(count, kind);
    }

    private static bool MayNotBeLeftOut(CoreReport report) => report is CoreReport.BlockFound or CoreReport.BlockInconsistent
        or CoreReport.BlockCompleted or CoreReport.BlockResubmitted or CoreReport.BlockConfirmed or CoreReport.TipChanged;

    /// <summary>Tells of a bug; a peer that has found out how to cause it cannot fill the disk with it.</summary>
    internal void CoreFaulted(Exception exception, string what)
    {
        if (Take(1040))
            log.CoreFaulted(exception, what);
    }

    private bool Take(CoreReport report) => Take(EventIdOf(report));

    private bool Take(int kind)
    {
        if (!limiter.TryTake(kind, out long leftOut))
            return false;
        if (leftOut > 0)
            log.LinesLeftOut(leftOut, kind);
        return true;
    }

    /// <summary>The event id of the line that a report becomes: what the limiter counts by.</summary>
    private static int EventIdOf(CoreReport report) => report switch
    {
        CoreReport.SessionAccepted => 2010,
        CoreReport.SessionRefused => 2011,
        CoreReport.SessionViolation => 2012,
        CoreReport.SessionClosed => 2013,
        CoreReport.SessionExtensions => 2014,
        CoreReport.ChannelOpened => 2020,
        CoreReport.ChannelWaits => 2021,
        CoreReport.ChannelRefused => 2022,
        CoreReport.ChannelClosed => 2023,
        CoreReport.TargetChanged => 2024,
        CoreReport.UpstreamExtensions => 3001,
        CoreReport.UpstreamChannelOpened => 3002,
        CoreReport.UpstreamTargetChanged => 3003,
        CoreReport.UpstreamPrefixChanged => 3004,
        CoreReport.UpstreamHashRate => 3005,
        CoreReport.UpstreamRedirected => 3006,
        CoreReport.PoolOutputsChanged => 3007,
        CoreReport.UpstreamSkipped => 3008,
        CoreReport.UpstreamListChanged => 3009,
        CoreReport.DeadlineMissed => 3013,
        CoreReport.PeerViolation => 3014,
        CoreReport.StrayMessage => 3015,
        CoreReport.LateMessage => 3016,
        CoreReport.TokenAwaited => 3020,
        CoreReport.JobDeclared => 3021,
        CoreReport.MissingTransactionsProvided => 3022,
        CoreReport.DeclarationAcknowledged => 3023,
        CoreReport.DeclarationRefused => 3024,
        CoreReport.CustomJobSent => 3025,
        CoreReport.CustomJobAcknowledged => 3026,
        CoreReport.CustomJobRefused => 3027,
        CoreReport.UpstreamSharesAccepted => 3031,
        CoreReport.UpstreamShareRejected => 3032,
        CoreReport.SharesDropped { Cause: ShareDropCause.AbovePoolTarget } => 3034,
        CoreReport.SharesDropped => 3033,
        CoreReport.ConstraintsSent => 4001,
        CoreReport.TemplateReceived => 4002,
        CoreReport.TemplateRefused => 4003,
        CoreReport.TransactionDataRefused => 4005,
        CoreReport.ProviderAsked => 4006,
        CoreReport.JobIssued => 4010,
        _ => 1999,
    };
}

/// <summary>Names of peers, for log lines.</summary>
internal interface IPeerNames
{
    /// <summary>A miner's address; a dash when it is gone.</summary>
    string Of(SessionId session);

    /// <summary>An upstream by its <see cref="UpstreamOptions.Id"/>.</summary>
    string Upstream(int id);

    /// <summary>What is at the other end of a link.</summary>
    string Of(LinkRole role, int peer);

    /// <summary>A template provider by its place in the configuration.</summary>
    string Provider(int index);
}
