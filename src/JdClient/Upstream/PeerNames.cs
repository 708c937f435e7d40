using JdClient.Configuration;
using JdClient.Core;
using JdClient.Downstream;
using JdClient.Logging;

namespace JdClient.Upstream;

/// <summary>Names of peers from the configuration and the open sessions.</summary>
internal sealed class PeerNames(JdcConfiguration configuration, ReloadableUpstreams upstreams, SessionTable sessions) : IPeerNames
{
    /// <inheritdoc/>
    public string Of(SessionId session) => sessions.Find(session)?.Peer ?? "-";

    /// <inheritdoc/>
    public string Of(LinkRole role, int peer) => role switch
    {
        LinkRole.TemplateProvider => Provider(peer),
        LinkRole.JobDeclarator when upstreams.TryGet(peer, out UpstreamConfiguration? upstream) => Name(upstream.JobDeclarator),
        _ => Upstream(peer),
    };

    /// <inheritdoc/>
    public string Upstream(int id) => upstreams.TryGet(id, out UpstreamConfiguration? upstream) ? Name(upstream.Pool) : $"#{id}";

    /// <inheritdoc/>
    public string Provider(int index) =>
        index >= 0 && index < configuration.TemplateProviders.Length ? configuration.TemplateProviders[index].Name : $"#{index}";

    private static string Name(PeerEndpoint endpoint) => $"{endpoint.Host}:{endpoint.Port}";
}
