using JdClient.Core;

namespace JdClient.Logging;

internal sealed partial class ReportLog
{
    private bool TryWriteUpstream(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.UpstreamListChanged r:
                log.UpstreamListChanged(Readable.List(r.Names), Readable.List(r.Added), Readable.List(r.Removed));
                return true;
            case CoreReport.UpstreamSkipped r:
                log.UpstreamSkipped(
                    r.Name,
                    r.Chosen.Name,
                    r.State.ToString().ToLowerInvariant(),
                    r.Health.ToString().ToLowerInvariant(),
                    Readable.Text(r.Reason),
                    Readable.Retry(r.State == UpstreamState.Waiting ? r.RetryAt : null));
                return true;
            case CoreReport.UpstreamExtensions r:
                log.UpstreamExtensions(names.Upstream(r.UpstreamId), Readable.Extensions(r.Extensions));
                return true;
            case CoreReport.UpstreamChannelOpened r:
                log.UpstreamChannelOpened(
                    names.Upstream(r.UpstreamId), r.Channel, r.ExtranoncePrefix, r.ExtranonceSize, Readable.DifficultyOf(r.Target));
                return true;
            case CoreReport.UpstreamTargetChanged r:
                log.UpstreamTargetChanged(names.Upstream(r.UpstreamId), Readable.DifficultyOf(r.Target));
                return true;
            case CoreReport.UpstreamPrefixChanged r:
                log.UpstreamPrefixChanged(names.Upstream(r.UpstreamId), r.Length);
                return true;
            case CoreReport.UpstreamHashRate r:
                log.UpstreamHashRate(names.Upstream(r.UpstreamId), Readable.HashRate(r.HashRate));
                return true;
            case CoreReport.UpstreamRedirected r:
                log.UpstreamRedirected(names.Upstream(r.UpstreamId), RoleName(r.Role), Readable.Text(r.Endpoint.Host), r.Endpoint.Port);
                return true;
            case CoreReport.PoolOutputsChanged r:
                log.PoolOutputsChanged(names.Upstream(r.UpstreamId), r.Outputs, r.Size);
                return true;
            case CoreReport.DeadlineMissed r:
                log.DeadlineMissed(RoleName(r.Role), PeerName(r.Role, r.Peer), r.Link.Value, r.Awaited, r.Waited.TotalSeconds);
                return true;
            case CoreReport.PeerViolation r:
                log.PeerViolation(RoleName(r.Role), PeerName(r.Role, r.Peer), r.Link.Value, Readable.Text(r.Detail));
                return true;
            case CoreReport.StrayMessage r:
                log.StrayMessage(RoleName(r.Role), PeerName(r.Role, r.Peer), r.Link.Value, r.Message, r.Id);
                return true;
            case CoreReport.LateMessage r:
                log.LateMessage(r.Source, r.Message);
                return true;
            default:
                return TryWriteDeclaration(report);
        }
    }

    private bool TryWriteDeclaration(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.TokenAwaited r:
                log.TokenAwaited(names.Upstream(r.UpstreamId), r.TemplateId);
                return true;
            case CoreReport.JobDeclared r:
                log.JobDeclared(names.Upstream(r.UpstreamId), r.TemplateId, r.RequestId, r.Transactions);
                return true;
            case CoreReport.MissingTransactionsProvided r:
                log.MissingTransactionsProvided(names.Upstream(r.UpstreamId), r.RequestId, r.Transactions);
                return true;
            case CoreReport.DeclarationAcknowledged r:
                log.DeclarationAcknowledged(names.Upstream(r.UpstreamId), r.TemplateId, r.Latency.TotalMilliseconds);
                return true;
            case CoreReport.DeclarationRefused r:
                log.DeclarationRefused(
                    names.Upstream(r.UpstreamId),
                    r.TemplateId,
                    Readable.Text(r.ErrorCode),
                    Readable.Text(r.Details),
                    r.Decision.ToString());
                return true;
            case CoreReport.CustomJobSent r:
                log.CustomJobSent(names.Upstream(r.UpstreamId), r.TemplateId, r.RequestId);
                return true;
            case CoreReport.CustomJobAcknowledged r:
                log.CustomJobAcknowledged(
                    names.Upstream(r.UpstreamId), r.TemplateId, r.UpstreamJobId, r.Latency.TotalMilliseconds, r.CachedShares);
                return true;
            case CoreReport.CustomJobRefused r:
                log.CustomJobRefused(names.Upstream(r.UpstreamId), r.TemplateId, Readable.Text(r.ErrorCode), r.Decision.ToString());
                return true;
            case CoreReport.UpstreamSharesAccepted r:
                log.UpstreamSharesAccepted(names.Upstream(r.UpstreamId), r.Count, r.DifficultySum);
                return true;
            case CoreReport.UpstreamShareRejected r:
                log.UpstreamShareRejected(names.Upstream(r.UpstreamId), r.SequenceNumber, Readable.Text(r.ErrorCode), r.Faults);
                return true;
            case CoreReport.SharesDropped { Cause: ShareDropCause.AbovePoolTarget } r:
                log.SharesAboveTarget(names.Upstream(r.UpstreamId), r.Count, r.Cause.ToString());
                return true;
            case CoreReport.SharesDropped r:
                log.SharesDropped(names.Upstream(r.UpstreamId), r.Count, r.Cause.ToString());
                return true;
            default:
                return false;
        }
    }

    private static string RoleName(LinkRole role) => role switch
    {
        LinkRole.Pool => "Pool",
        LinkRole.JobDeclarator => "Job declarator",
        _ => "Template provider",
    };

    private string PeerName(LinkRole role, int peer) => names.Of(role, peer);
}
