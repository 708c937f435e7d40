using Bitcoin;
using Sv2.Channels;
using Sv2.Protocol.TemplateDistribution;

namespace Benchmarks.Channels;

/// <summary>A tip, a template with a merkle path of 12 nodes (some 4,000 transactions), and channels on it.</summary>
internal static class ChannelWork
{
    internal const uint NTime = 1_700_000_000;

    internal static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(NTime);

    internal static readonly UpstreamExtranonce Pool = new(new byte[4], 16);

    internal static NewTemplate Template { get; } = new(
        1,
        true,
        0x2000_0000,
        2,
        new byte[] { 3, 1, 2, 3 },
        uint.MaxValue,
        312_500_000,
        1,
        Convert.FromHexString("0000000000000000266a24aa21a9ed" + new string('0', 64)),
        0,
        [.. Enumerable.Range(1, 12).Select(static i => U256.From((ulong)i))]);

    internal static CoinbaseCut Cut()
    {
        _ = CoinbaseCut.TryCreate(
            Template, RewardOutputs.PayTo(Script.FromHex("0014" + new string('a', 40))), "benchmark", Pool, default, out CoinbaseCut? cut);
        return cut ?? throw new InvalidOperationException("the template makes a coinbase");
    }

    internal static JobStore Jobs()
    {
        var jobs = new JobStore();
        jobs.AddFuture(Template, Cut());
        jobs.SetTip(new Tip(U256.One, NTime, 0x1703a30c), Template.TemplateId);
        return jobs;
    }

    internal static DownstreamChannel Channel(ChannelKind kind, int slot = 1) => new(
        new ChannelOptions
        {
            ChannelId = 2,
            Kind = kind,
            UserIdentity = "farm.1",
            NominalHashRate = 0,
            MaxTarget = U256.MaxValue,
            LocalPrefix = ExtranonceAllocator.PrefixOf((ushort)slot),
            RollableSize = 8,
            ShareBatchSize = 10,
            Vardiff = new VardiffOptions { SharesPerMinute = 6, MinHashRate = 1e-6, MaxHashRate = 1e-6 },
        },
        Now);
}
