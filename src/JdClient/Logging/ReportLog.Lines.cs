using JdClient.Core;
using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

internal sealed partial class ReportLog
{
    private void WriteLine(CoreReport report)
    {
        if (!TryWriteDownstream(report) && !TryWriteUpstream(report) && !TryWriteTemplate(report))
            log.UnknownReport(report.GetType().Name);
    }

    private bool TryWriteDownstream(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.SessionAccepted r:
                log.SessionAccepted(
                    r.Session.Value, r.Peer, Readable.Text(r.Vendor), Readable.Text(r.HardwareVersion), Readable.Text(r.Firmware),
                    Readable.Text(r.DeviceId), r.RequiresStandardJobs);
                return true;
            case CoreReport.SessionRefused r:
                _told.Add(r.Session);
                log.SessionRefused(r.Session.Value, r.Peer, r.ErrorCode);
                return true;
            case CoreReport.SessionViolation r:
                _told.Add(r.Session);
                log.SessionViolation(r.Session.Value, r.Peer, Readable.Text(r.Detail));
                return true;
            case CoreReport.SessionClosed r:
                LogLevel level = _told.Remove(r.Session) ? LogLevel.Debug : LogLevel.Information;
                if (log.IsEnabled(level))
                    log.SessionClosed(level, r.Session.Value, r.Peer, r.Channels, Readable.Text(r.Reason));
                return true;
            case CoreReport.SessionExtensions r:
                log.SessionExtensions(r.Session.Value, names.Of(r.Session), Readable.Extensions(r.Extensions));
                return true;
            case CoreReport.ChannelOpened r:
                log.ChannelOpened(
                    r.Session.Value, names.Of(r.Session), r.Channel, r.Extended ? "extended" : "standard", Readable.Text(r.UserIdentity),
                    Readable.HashRate(r.NominalHashRate), Readable.DifficultyOf(r.Target));
                return true;
            case CoreReport.ChannelWaits r:
                log.ChannelWaits(r.Session.Value, names.Of(r.Session), r.RequestId);
                return true;
            case CoreReport.ChannelRefused r:
                log.ChannelRefused(r.Session.Value, names.Of(r.Session), r.RequestId, Readable.Text(r.UserIdentity), r.ErrorCode);
                return true;
            case CoreReport.ChannelClosed r:
                log.ChannelClosed(r.Session.Value, names.Of(r.Session), r.Channel, Readable.Text(r.Reason));
                return true;
            case CoreReport.TargetChanged r:
                log.TargetChanged(
                    r.Session.Value, names.Of(r.Session), r.Channel, Readable.HashRate(r.HashRate), Readable.DifficultyOf(r.Target));
                return true;
            default:
                return false;
        }
    }

    private bool TryWriteTemplate(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.ConstraintsSent r:
                log.ConstraintsSent(names.Provider(r.Index), r.MaxAdditionalSize, r.MaxAdditionalSigops);
                return true;
            case CoreReport.TemplateReceived r:
                log.TemplateReceived(names.Provider(r.Index), r.TemplateId, Readable.TipOf(r.Future), r.Value);
                return true;
            case CoreReport.TemplateRefused r:
                log.TemplateRefused(names.Provider(r.Index), r.TemplateId, Readable.Text(r.Reason));
                return true;
            case CoreReport.TipChanged r:
                LogLevel tipLevel = r.Standby ? LogLevel.Debug : LogLevel.Information;
                if (log.IsEnabled(tipLevel))
                    log.TipChanged(tipLevel, names.Provider(r.Index), Readable.News(r), r.PrevHash.ToString(), r.TemplateId, r.NBits);
                return true;
            case CoreReport.ProviderAsked r:
                log.ProviderAsked(names.Provider(r.Index), Math.Round(r.Silence.TotalSeconds), r.Reason);
                return true;
            case CoreReport.TransactionDataRefused r:
                log.TransactionDataRefused(names.Provider(r.Index), r.TemplateId, Readable.Text(r.ErrorCode));
                return true;
            case CoreReport.JobIssued r:
                log.JobIssued(r.JobId, Readable.TipOf(r.Future), r.TemplateId, r.Source.Name, r.Channels);
                return true;
            case CoreReport.BlockFound r:
                log.BlockFound(r.Block.BlockHash.ToString(), Readable.Text(r.Block.FoundBy), r.Source.Name, r.Submitted, r.Pushed);
                return true;
            case CoreReport.BlockCompleted r:
                log.BlockCompleted(r.Block.BlockHash.ToString());
                return true;
            case CoreReport.BlockInconsistent r:
                log.BlockInconsistent(r.Session.Value, names.Of(r.Session), r.Channel, r.JobId);
                return true;
            case CoreReport.BlockConfirmed r:
                log.BlockConfirmed(r.BlockHash.ToString(), names.Provider(r.Index));
                return true;
            case CoreReport.BlockResubmitted r:
                log.BlockResubmitted(r.BlockHash.ToString(), names.Provider(r.Index));
                return true;
            default:
                return false;
        }
    }
}
