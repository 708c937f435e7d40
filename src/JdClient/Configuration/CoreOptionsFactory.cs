using JdClient.Core;

namespace JdClient.Configuration;

/// <summary>What the channel manager is told of the configuration.</summary>
internal static class CoreOptionsFactory
{
    internal static CoreOptions Create(JdcConfiguration configuration) => new()
    {
        Mode = configuration.Mode,
        Upstreams = configuration.Mode == MiningMode.SoloMining ? [] : [.. configuration.Upstreams.Select(Upstream)],
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

    private static UpstreamOptions Upstream(UpstreamConfiguration upstream) =>
        new($"{upstream.Pool.Host}:{upstream.Pool.Port}", upstream.UserIdentity)
        {
            Pool = upstream.Pool,
            JobDeclarator = upstream.JobDeclarator,
        };
}
