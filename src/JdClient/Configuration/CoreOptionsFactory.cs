using System.Collections.Immutable;
using JdClient.Core;

namespace JdClient.Configuration;

/// <summary>What the channel manager is told of the configuration.</summary>
internal static class CoreOptionsFactory
{
    internal static CoreOptions Create(JdcConfiguration configuration, ImmutableArray<UpstreamOptions> upstreams) => new()
    {
        Mode = configuration.Mode,
        Upstreams = configuration.Mode == MiningMode.SoloMining ? [] : upstreams,
        TemplateProviders = [.. configuration.TemplateProviders.Select(provider => provider.Name)],
        SoloRewardScript = configuration.CoinbaseRewardScript.ScriptPubKey,
        MinerTag = configuration.MinerTag,
        SharesPerMinute = configuration.SharesPerMinute,
        ShareBatchSize = configuration.ShareBatchSize,
        RollableExtranonceSize = configuration.RollableExtranonceSize,
        SupportedExtensions = configuration.SupportedExtensions,
        RequiredExtensions = configuration.RequiredExtensions,
        MinVersion = configuration.MinSupportedVersion,
        MaxVersion = configuration.MaxSupportedVersion,
        Version = Program.Version,
        Fallback = configuration.Fallback,
        Deadlines = configuration.Deadlines,
        Limits = configuration.CoreLimits,
    };
}
