using JdClient.Configuration;
using JdClient.Core;
using JdClient.Downstream;
using JdClient.Logging;

namespace JdClient.Upstream;

/// <summary>Names of peers from the configuration and the open sessions.</summary>
internal sealed class PeerNames(JdcConfiguration configuration, SessionTable sessions) : IPeerNames
{
    private readonly string[] _upstreams = [.. configuration.Upstreams.Select(upstream => Name(upstream.Pool))];

    /// <inheritdoc/>
    public string Of(SessionId session) => sessions.Find(session)?.Peer ?? "-";

    /// <inheritdoc/>
    public string Of(LinkRole role, int index) => role switch
    {
        LinkRole.TemplateProvider => Provider(index),
        LinkRole.JobDeclarator when index >= 0 && index < configuration.Upstreams.Length => Name(
            configuration.Upstreams[index].JobDeclarator),
        _ => Upstream(index),
    };

    /// <inheritdoc/>
    public string Upstream(int index) => index >= 0 && index < _upstreams.Length ? _upstreams[index] : $"#{index}";

    /// <inheritdoc/>
    public string Provider(int index) =>
        index >= 0 && index < configuration.TemplateProviders.Length ? configuration.TemplateProviders[index].Name : $"#{index}";

    private static string Name(PeerEndpoint endpoint) => $"{endpoint.Host}:{endpoint.Port}";
}
