using JdClient.Configuration;
using JdClient.TemplateReceiver.BitcoinCoreIpc;
using JdClient.TemplateReceiver.Sv2Tp;
using JdClient.Upstream;

namespace JdClient.TemplateReceiver;

/// <summary>Links to each template provider by what it is.</summary>
internal sealed class TemplateReceiverByProvider(
    JdcConfiguration configuration, Sv2TemplateReceiver sv2, IpcTemplateReceiver ipc) : ILinkRunner
{
    /// <inheritdoc/>
    public Task<LinkEnd> RunAsync(PeerLink link, CancellationToken cancellationToken) =>
        configuration.TemplateProviders[link.Peer] is TemplateProviderConfiguration.BitcoinCoreIpc
            ? ipc.RunAsync(link, cancellationToken)
            : sv2.RunAsync(link, cancellationToken);
}
