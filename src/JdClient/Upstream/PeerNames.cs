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
    public string Of(LinkRole role, int index) => role switch
    {
        LinkRole.TemplateProvider => Provider(index),
        LinkRole.JobDeclarator when upstreams.TryGet(index, out UpstreamConfiguration? upstream) => Name(upstream.JobDeclarator),
        _ => Upstream(index),
    };

    /// <inheritdoc/>
    public string Upstream(int index) => upstreams.TryGet(index, out UpstreamConfiguration? upstream) ? Name(upstream.Pool) : $"#{index}";

    /// <inheritdoc/>
    public string Provider(int index) =>
        index >= 0 && index < configuration.TemplateProviders.Length ? configuration.TemplateProviders[index].Name : $"#{index}";

    private static string Name(PeerEndpoint endpoint) => $"{endpoint.Host}:{endpoint.Port}";
}
