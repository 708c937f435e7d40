using System.Collections.Immutable;
using BitcoinCore.Ipc;
using JdClient.Blocks;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using JdClient.Upstream;
using Microsoft.Extensions.Logging;

namespace JdClient.TemplateReceiver.BitcoinCoreIpc;

/// <summary>
/// Links to Bitcoin Core's own socket and speaks the Template Distribution Protocol with the channel manager in the node's
/// stead. A node that is missing or of the wrong version ends the attempt with a message that says what to do; the channel
/// manager tries again, for ever.
/// </summary>
internal sealed class IpcTemplateReceiver(
    IEventSink inbox,
    JdcConfiguration configuration,
    IEnumerable<IBlockTarget> targets,
    IBlockAnswers answers,
    TimeProvider time,
    ILogger<IpcTemplateReceiver> log) : ILinkRunner
{
    private readonly TemplateIds _ids = new();
    private readonly ImmutableArray<NodeBlockTarget> _targets = [.. targets.OfType<NodeBlockTarget>()];

    /// <inheritdoc/>
    public async Task<LinkEnd> RunAsync(PeerLink link, CancellationToken cancellationToken)
    {
        var provider = (TemplateProviderConfiguration.BitcoinCoreIpc)configuration.TemplateProviders[link.Peer];
        MiningClientOptions options = MiningClientOptions.Default with { RequiredGeneration = (NodeGeneration?)provider.Version };
        if (NodeSocketPath.Of(provider, Environment.GetEnvironmentVariable("HOME")) is not { } socket)
            return new LinkEnd(LinkFailure.Unreachable, "set data_dir or socket_path: this account has no HOME to look for the socket in");
        NodeResult<MiningClient> connected = await MiningClient.ConnectAsync(socket, options, time, cancellationToken);
        if (!connected.TryGet(out MiningClient? client, out NodeFailure? failure))
            return new LinkEnd(LinkFailure.Unreachable, failure.Message);
        await using (client)
        {
            // A node that does not say is taken: the check is for a path that leads to another node than was meant.
            NodeResult<bool> asked = await client.IsTestChainAsync(cancellationToken);
            if (asked.TryGet(out bool isTest, out _) && isTest == (provider.Network == BitcoinNetwork.Mainnet))
                return new LinkEnd(LinkFailure.Unreachable, WrongNetwork(provider.Network, socket));
            NodeResult<NodeTip?> tip = await client.GetTipAsync(cancellationToken);
            log.NodeConnected(
                link.Name, link.Id.Value, (int)client.Generation, tip.TryGet(out NodeTip? known, out _) ? known?.Height ?? 0 : 0);
            using var session = new IpcTemplateSession(
                link, client, provider, new TemplateShelf(configuration.CoreLimits.TemplatesPerTip), _ids, inbox, answers, time, log);
            NodeBlockTarget? target = _targets.FirstOrDefault(target => target.Index == link.Peer);
            target?.Attach(client);
            try
            {
                return await session.RunAsync(cancellationToken);
            }
            finally
            {
                target?.Detach(client);
            }
        }
    }

    private static string WrongNetwork(BitcoinNetwork configured, string socket) =>
        $"correct network or the path: {(configured == BitcoinNetwork.Mainnet ? "a test chain's" : "the main chain's")} node listens on "
        + $"{socket}, configured is {configured.ToString().ToLowerInvariant()}";
}
