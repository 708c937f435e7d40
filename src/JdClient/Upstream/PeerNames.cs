using JdClient.Configuration;
using JdClient.Core;
using JdClient.Downstream;
using JdClient.Logging;

namespace JdClient.Upstream;

/// <summary>Names of peers from the configuration and the open sessions.</summary>
internal sealed class PeerNames(JdcConfiguration configuration, SessionTable sessions) : IPeerNames
{
    private readonly string[] _upstreams = [.. configuration.Upstreams.Select(upstream => $"{upstream.Pool.Host}:{upstream.Pool.Port}")];

    /// <inheritdoc/>
    public string Of(SessionId session) => sessions.Find(session)?.Peer ?? "-";

    /// <inheritdoc/>
    public string Upstream(int index) => index >= 0 && index < _upstreams.Length ? _upstreams[index] : $"#{index}";

    /// <inheritdoc/>
    public string Provider(int index) =>
        index >= 0 && index < configuration.TemplateProviders.Length ? configuration.TemplateProviders[index].Name : $"#{index}";
}
