using System.Collections.Immutable;
using JdClient.Core.Upstream;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;

namespace JdClient.Core;

// Setting up both links of an upstream: SetupConnection, extensions, redirection (spec 03).
public sealed partial class ChannelManager
{
    private const string Vendor = "JdClient";

    private void OnUpstreamConnected(UpstreamSession session, LinkId id)
    {
        UpstreamLink link = LinkOf(session, id);
        bool isPool = link.Role == LinkRole.Pool;
        link.Phase = LinkPhase.SettingUp;
        Await(session, link, "SetupConnection.Success", _options.Deadlines.Setup);
        uint flags = isPool ? SetupFlags.RequiresWorkSelection | SetupFlags.RequiresVersionRolling
            : _options.Mode == MiningMode.FullTemplate ? SetupFlags.DeclareTxData : 0;
        _context.Effects.SendOnLink(id, new SetupConnection(
            isPool ? SetupProtocol.Mining : SetupProtocol.JobDeclaration,
            isPool ? _options.MinVersion : SetupProtocol.Version,
            isPool ? _options.MaxVersion : SetupProtocol.Version,
            flags,
            link.Endpoint.Host,
            link.Endpoint.Port,
            Vendor,
            string.Empty,
            _options.Version,
            string.Empty));
    }

    private void OnUpstreamLost(UpstreamSession session, LinkId id, LinkFailure failure, string detail)
    {
        UpstreamLink link = LinkOf(session, id);
        _upstreamLinks.Remove(id);
        UpstreamHealth health = failure is LinkFailure.Untrusted or LinkFailure.ProtocolViolation
            ? UpstreamHealth.Misbehaves
            : UpstreamHealth.Unreachable;
        TimeSpan proven = failure == LinkFailure.ConnectionLost && WaitsForTheWork(session) ? ProvenWith(session) : TimeSpan.Zero;
        Leave(session, health, $"{Name(link.Role)}: {detail}");
        session.Slot.Proven = proven;
    }

    private static string Name(LinkRole role) => role == LinkRole.Pool ? "pool" : "job declarator";

    private static UpstreamLink LinkOf(UpstreamSession session, LinkId id) =>
        id == session.Pool.Link ? session.Pool : session.JobDeclarator;

    // The first answer on a link. The pool may say that it accepts no rolled versions (spec 05, 5.3.1).
    private void OnSetupAnswer(UpstreamSession session, UpstreamLink link, Sv2Message message)
    {
        switch (message)
        {
            case SetupConnectionSuccess success when IsOfferedVersion(link, success.UsedVersion):
                OnSetUp(session, link, success.Flags);
                break;
            case SetupConnectionSuccess success:
                PeerViolation(session, link, $"{Name(link.Role)} chose version {success.UsedVersion}, which was not offered");
                break;
            case SetupConnectionError error:
                string hint = error.ErrorCode == ErrorCodes.MissingDeclareTxDataFlag
                    ? ": it takes no coinbase-only jobs, so nothing reaches this pool in this mode"
                    : string.Empty;
                Leave(session, UpstreamHealth.Refuses, $"{Name(link.Role)} refused SetupConnection: {error.ErrorCode}{hint}");
                break;
            default:
                PeerViolation(session, link, $"{Name(link.Role)} sent {message.GetType().Name} before SetupConnection was answered");
                break;
        }
    }

    private bool IsOfferedVersion(UpstreamLink link, ushort version) => link.Role == LinkRole.Pool
        ? version >= _options.MinVersion && version <= _options.MaxVersion
        : version == SetupProtocol.Version;

    private void OnSetUp(UpstreamSession session, UpstreamLink link, uint flags)
    {
        if (link.Role == LinkRole.JobDeclarator)
        {
            BecomeReady(session, link);
            EnsureTokens(session);
            return;
        }

        session.FixedVersion = (flags & SetupFlags.RequiresFixedVersion) != 0;
        ImmutableArray<ushort> offered = [.. _options.SupportedExtensions.Union(_options.RequiredExtensions)];
        if (offered.Length == 0)
            BecomeReady(session, link);
        else
            RequestExtensions(session, offered, 0);
    }

    private void BecomeReady(UpstreamSession session, UpstreamLink link)
    {
        _context.Deadlines.Cancel(link.Deadline);
        link.Phase = LinkPhase.Ready;
        if (session.Pool.Phase != LinkPhase.Ready || session.JobDeclarator.Phase != LinkPhase.Ready)
            return;
        session.ReadyAt = _context.Now;
        session.Slot.Reached();
        _reviewDue = true;
    }

    // Extension 0x0001: what is supported and what is required are offered together.
    private void RequestExtensions(UpstreamSession session, ImmutableArray<ushort> offered, ushort requestId)
    {
        session.Pool.Phase = LinkPhase.Negotiating;
        session.OfferedExtensions = offered;
        session.ExtensionsRequest = requestId;
        _context.Deadlines.Cancel(session.Pool.Deadline);
        session.Pool.Deadline = _context.After(_options.Deadlines.Extensions, () => OnExtensionsTimeout(session));
        _context.Effects.SendOnLink(session.Pool.Link, new RequestExtensions(requestId, offered));
    }

    // A server that does not know the extension ignores the request (extension 0x0001, 4.3).
    private void OnExtensionsTimeout(UpstreamSession session)
    {
        _context.Report(new CoreReport.DeadlineMissed(
            session.Pool.Link, LinkRole.Pool, session.Slot.Id, "RequestExtensions.Success", _options.Deadlines.Extensions));
        AgreeOnExtensions(session, []);
    }

    private void OnExtensionsAnswer(UpstreamSession session, Sv2Message message)
    {
        switch (message)
        {
            case RequestExtensionsSuccess success when success.RequestId == session.ExtensionsRequest:
                AgreeOnExtensions(session, [.. success.SupportedExtensions.Intersect(session.OfferedExtensions)]);
                break;
            case RequestExtensionsError error when error.RequestId == session.ExtensionsRequest:
                OnExtensionsError(session, error);
                break;
            case Reconnect reconnect:
                Redirect(session, session.Pool, reconnect);
                break;
            default:
                ReportStray(session, session.Pool, message.GetType().Name, 0);
                break;
        }
    }

    // Once more with what the pool knows and what it requires, as long as that keeps what we require.
    private void OnExtensionsError(UpstreamSession session, RequestExtensionsError error)
    {
        ImmutableArray<ushort> known = [.. _options.SupportedExtensions.Union(_options.RequiredExtensions)];
        ImmutableArray<ushort> foreign = [.. error.RequiredExtensions.Except(known)];
        if (foreign.Length > 0)
        {
            Leave(session, UpstreamHealth.Refuses, $"pool requires extensions {string.Join(", ", foreign)}");
            return;
        }

        ImmutableArray<ushort> offer = [.. session.OfferedExtensions.Except(error.UnsupportedExtensions).Union(error.RequiredExtensions)];
        if (offer.Length == 0 || session.ExtensionsRequest > 0)
            AgreeOnExtensions(session, []);
        else
            RequestExtensions(session, offer, (ushort)(session.ExtensionsRequest + 1));
    }

    private void AgreeOnExtensions(UpstreamSession session, ImmutableArray<ushort> agreed)
    {
        ImmutableArray<ushort> missing = [.. _options.RequiredExtensions.Except(agreed)];
        if (missing.Length > 0)
        {
            Leave(session, UpstreamHealth.Refuses, $"pool does not support the required extensions {string.Join(", ", missing)}");
            return;
        }

        session.Extensions = agreed;
        _context.Report(new CoreReport.UpstreamExtensions(session.Slot.Id, agreed));
        BecomeReady(session, session.Pool);
    }

    // Followed with the same authority key, a few times in a row (spec 03, Reconnect). Miners are on solo work meanwhile.
    private void Redirect(UpstreamSession session, UpstreamLink link, Reconnect message)
    {
        UpstreamSlot slot = session.Slot;
        if (++slot.Redirects > _options.Fallback.RedirectLimit)
        {
            PeerViolation(session, link, $"{Name(link.Role)} redirects without end");
            return;
        }

        PeerEndpoint endpoint = Redirected(message, link.Endpoint);
        if (link.Role == LinkRole.Pool)
            slot.PoolRedirect = endpoint;
        else
            slot.JobDeclaratorRedirect = endpoint;
        _context.Report(new CoreReport.UpstreamRedirected(slot.Id, link.Role, endpoint));
        Release(session, $"{Name(link.Role)} asks to be reached at {endpoint.Host}:{endpoint.Port}");
    }
}
