using System.Collections.Immutable;
using JdClient.Core.Downstream;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;

namespace JdClient.Core;

// Downstream connections: set-up, extensions, and who may say what (spec 03, reference-behaviour 6).
public sealed partial class ChannelManager
{
    // Bounded by the daemon's limit of connections.
    private readonly Dictionary<SessionId, DownstreamSession> _sessions = [];

    private void OnMinerConnected(SessionId id, string peer)
    {
        var session = new DownstreamSession(id, peer, _context.Now);
        _sessions.Add(id, session);
        TimeSpan wait = _options.Deadlines.MinerSetup;
        session.Deadline = _context.After(
            wait, () => CloseSession(session, MinerCloseCause.SetupMissing, $"no SetupConnection within {wait.TotalSeconds:0} s"));
    }

    private void OnMinerClosed(SessionId id, string reason)
    {
        if (!_sessions.Remove(id, out DownstreamSession? session))
            return;
        int channels = EndSession(session);
        _context.Report(new CoreReport.SessionClosed(id, session.Peer, reason, channels));
    }

    // Takes it out of everything but the list of connections; returns how many channels it has had.
    private int EndSession(DownstreamSession session)
    {
        if (session.Phase == SessionPhase.Closing)
            return session.ChannelsAtEnd;
        session.Phase = SessionPhase.Closing;
        _context.Deadlines.Cancel(session.Deadline);
        _pendingOpens -= session.PendingOpens.Count;
        session.PendingOpens.Clear();
        foreach (MinerChannel channel in session.Channels.Values)
            Forget(channel);
        session.ChannelsAtEnd = session.Channels.Count;
        session.Channels.Clear();
        if (session.ChannelsAtEnd > 0)
            HashRateChanged();
        return session.ChannelsAtEnd;
    }

    private void OnMinerMessage(SessionId id, Sv2Message message)
    {
        if (!_sessions.TryGetValue(id, out DownstreamSession? session) || session.Phase == SessionPhase.Closing)
        {
            ReportLate($"session {id.Value}", message);
            return;
        }

        switch (message)
        {
            case SetupConnection setup when session.Phase == SessionPhase.Connected:
                OnMinerSetup(session, setup);
                break;
            case not null when session.Phase == SessionPhase.Connected:
                Violation(session, $"{message.GetType().Name} before SetupConnection");
                break;
            case SubmitSharesExtended share:
                OnShare(session, share);
                break;
            case SubmitSharesStandard share:
                OnShare(session, share);
                break;
            case OpenStandardMiningChannel or OpenExtendedMiningChannel:
                OnOpenChannel(session, message);
                break;
            case UpdateChannel update:
                OnUpdateChannel(session, update);
                break;
            case CloseChannel close:
                OnCloseChannel(session, close);
                break;
            case SetCustomMiningJob custom:
                SendTo(session, new SetCustomMiningJobError(custom.ChannelId, custom.RequestId, ErrorCodes.JobDeclarationNotSupported));
                break;
            case RequestExtensions request:
                OnMinerExtensions(session, request);
                break;
            default:
                Violation(session, $"{message!.GetType().Name} is not for a mining server");
                break;
        }
    }

    // The checks of reference-behaviour 6.2, in its order.
    private void OnMinerSetup(DownstreamSession session, SetupConnection setup)
    {
        (string? error, uint flags) = setup switch
        {
            { Protocol: not SetupProtocol.Mining } => (ErrorCodes.UnsupportedProtocol, 0u),
            { MinVersion: > SetupProtocol.Version } or { MaxVersion: < SetupProtocol.Version } => (ErrorCodes.ProtocolVersionMismatch, 0u),
            _ when (setup.Flags & SetupFlags.RequiresWorkSelection) != 0 =>
                (ErrorCodes.UnsupportedFeatureFlags, SetupFlags.RequiresWorkSelection),
            _ => (null, 0u),
        };
        if (error is not null)
        {
            SendTo(session, new SetupConnectionError(flags, error));
            Refuse(session, error);
            return;
        }

        session.Device = new DeviceInfo(setup.Vendor, setup.HardwareVersion, setup.Firmware, setup.DeviceId);
        session.RequiresStandardJobs = (setup.Flags & SetupFlags.RequiresStandardJobs) != 0;
        session.Phase = SessionPhase.Open;
        AwaitChannel(session);
        SendTo(session, new SetupConnectionSuccess(SetupProtocol.Version, 0));
        _context.Report(new CoreReport.SessionAccepted(
            session.Id,
            session.Peer,
            setup.Vendor,
            setup.HardwareVersion,
            setup.Firmware,
            setup.DeviceId,
            session.RequiresStandardJobs));
    }

    // Extension 0x0001. The answer lists what both know; what we require and was not asked for ends the session.
    private void OnMinerExtensions(DownstreamSession session, RequestExtensions request)
    {
        ImmutableArray<ushort> known = [.. _options.SupportedExtensions.Union(_options.RequiredExtensions)];
        ImmutableArray<ushort> agreed = [.. request.RequestedExtensions.Intersect(known)];
        ImmutableArray<ushort> missing = [.. _options.RequiredExtensions.Except(agreed)];
        if (missing.Length > 0 || agreed.Length == 0)
        {
            ImmutableArray<ushort> unsupported = [.. request.RequestedExtensions.Except(known)];
            SendTo(session, new RequestExtensionsError(request.RequestId, unsupported, missing));
            session.Extensions = [];
            if (missing.Length > 0)
                Refuse(session, $"required extensions were not requested: {string.Join(", ", missing)}");
            return;
        }

        session.Extensions = agreed;
        SendTo(session, new RequestExtensionsSuccess(request.RequestId, agreed));
        _context.Report(new CoreReport.SessionExtensions(session.Id, agreed));
    }

    private bool LacksRequiredExtensions(DownstreamSession session) =>
        _options.RequiredExtensions.Length > 0
        && (session.Extensions.IsDefault || _options.RequiredExtensions.Except(session.Extensions).Any());

    private void Refuse(DownstreamSession session, string reason)
    {
        _context.Report(new CoreReport.SessionRefused(session.Id, session.Peer, reason));
        CloseSession(session, MinerCloseCause.SetupRefused, reason);
    }

    private void Violation(DownstreamSession session, string detail)
    {
        _context.Report(new CoreReport.SessionViolation(session.Id, session.Peer, detail));
        CloseSession(session, MinerCloseCause.ProtocolViolation, detail);
    }

    // A connection without a channel takes a place and does no work. A request that waits for the first work is not idle.
    private void AwaitChannel(DownstreamSession session)
    {
        _context.Deadlines.Cancel(session.Deadline);
        TimeSpan wait = _options.Limits.NoChannel;
        session.Deadline = _context.After(wait, () =>
        {
            if (session.PendingOpens.Count > 0)
                AwaitChannel(session);
            else
                CloseSession(session, MinerCloseCause.NoChannel, $"no channel for {wait.TotalSeconds:0} s");
        });
    }

    private void CloseSession(DownstreamSession session, MinerCloseCause cause, string reason)
    {
        EndSession(session);
        _context.Effects.CloseMiner(session.Id, cause, reason);
    }
}
