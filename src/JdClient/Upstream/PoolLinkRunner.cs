using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Monitoring.Metrics;
using Microsoft.Extensions.Logging;
using Sv2.Protocol;
using Sv2.Transport;

namespace JdClient.Upstream;

/// <summary>Links to pools' mining servers. SetupConnection and all that follows is the channel manager's.</summary>
internal sealed class PoolLinkRunner(
    IEventSink inbox,
    JdcConfiguration configuration,
    ReloadableUpstreams upstreams,
    WriteObserver writes,
    TimeProvider time,
    ILogger<PoolLinkRunner> log)
    : Sv2LinkRunner(inbox, configuration.Limits, writes, time, log)
{
    /// <inheritdoc/>
    protected override PeerRole Peer => PeerRole.MiningServer;

    /// <inheritdoc/>
    protected override PeerEndpoint EndpointOf(int peer) => upstreams.Get(peer).Pool;

    /// <inheritdoc/>
    protected override ClientSecurity SecurityOf(PeerLink link) =>
        new ClientSecurity.Authenticated(upstreams.Get(link.Peer).PoolAuthority.XOnly.ToArray());
}
