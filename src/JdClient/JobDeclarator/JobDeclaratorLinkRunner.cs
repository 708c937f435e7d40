using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Monitoring.Metrics;
using JdClient.Upstream;
using Microsoft.Extensions.Logging;
using Sv2.Protocol;
using Sv2.Transport;

namespace JdClient.JobDeclarator;

/// <summary>Links to pools' job declarator servers. SetupConnection and all that follows is the channel manager's.</summary>
internal sealed class JobDeclaratorLinkRunner(
    IEventSink inbox,
    JdcConfiguration configuration,
    ReloadableUpstreams upstreams,
    WriteObserver writes,
    TimeProvider time,
    ILogger<JobDeclaratorLinkRunner> log)
    : Sv2LinkRunner(inbox, configuration.Limits, writes, time, log)
{
    /// <inheritdoc/>
    protected override PeerRole Peer => PeerRole.JobDeclaratorServer;

    /// <inheritdoc/>
    protected override PeerEndpoint EndpointOf(int peer) => upstreams.Get(peer).JobDeclarator;

    /// <inheritdoc/>
    protected override ClientSecurity SecurityOf(PeerLink link) =>
        new ClientSecurity.Authenticated(upstreams.Get(link.Peer).JobDeclaratorAuthority.XOnly.ToArray());
}
