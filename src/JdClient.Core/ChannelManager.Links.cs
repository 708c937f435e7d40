using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Protocol;
using Sv2.Protocol.Common;

namespace JdClient.Core;

// Links to pools, job declarators and template providers: who owns which.
public sealed partial class ChannelManager
{
    // Bounded by two for each upstream.
    private readonly Dictionary<LinkId, UpstreamSession> _upstreamLinks = [];

    private void OnLinkConnected(LinkId link)
    {
        if (_providerLinks.TryGetValue(link, out ProviderSession? provider))
            OnProviderConnected(provider);
        else if (_upstreamLinks.TryGetValue(link, out UpstreamSession? session))
            OnUpstreamConnected(session, link);
        else
            _context.Effects.CloseLink(link, "no longer wanted");
    }

    private void OnLinkClosed(LinkId link, LinkFailure failure, string detail)
    {
        if (_providerLinks.TryGetValue(link, out ProviderSession? provider))
            OnProviderLost(provider, detail);
        else if (_upstreamLinks.TryGetValue(link, out UpstreamSession? session))
            OnUpstreamLost(session, link, failure, detail);
    }

    private void OnLinkMessage(LinkId link, Sv2Message message)
    {
        if (_providerLinks.TryGetValue(link, out ProviderSession? provider))
        {
            OnProviderMessage(provider, message);
        }
        else if (_upstreamLinks.TryGetValue(link, out UpstreamSession? session))
        {
            if (link == session.Pool.Link)
                OnPoolMessage(session, message);
            else
                OnJobDeclaratorMessage(session, message);
        }
        else
        {
            ReportLate($"link {link.Value}", message);
        }
    }

    private static PeerEndpoint Redirected(Reconnect message, PeerEndpoint present) => new(
        message.NewHost.Length == 0 ? present.Host : message.NewHost,
        message.NewPort == 0 ? present.Port : message.NewPort);

    private void ReportStray(UpstreamSession session, UpstreamLink link, string message, ulong id)
    {
        _context.Counters.MessagesDropped++;
        _context.Report(new CoreReport.StrayMessage(link.Link, link.Role, session.Slot.Id, message, id));
    }

    private void ReportLate(string source, Sv2Message message)
    {
        _context.Counters.MessagesDropped++;
        _context.Report(new CoreReport.LateMessage(source, message.GetType().Name));
    }
}
