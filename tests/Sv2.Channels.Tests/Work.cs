using System.Collections.Immutable;
using Bitcoin;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace Sv2.Channels.Tests;

/// <summary>Templates, jobs and channels for tests.</summary>
internal static class Work
{
    internal const ulong Value = 312_500_000;
    internal const uint MinNTime = 1_700_000_000;

    /// <summary>Mainnet-like: no test share is a block.</summary>
    internal const uint HardNBits = 0x1703a30c;

    /// <summary>Regtest: every second hash is a block.</summary>
    internal const uint EasyNBits = 0x207fffff;

    internal static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(MinNTime + 60);

    internal static readonly Script PoolScript = Script.FromHex("0014" + new string('a', 40));

    // OP_RETURN with a witness commitment of zeros.
    private static readonly byte[] CommitmentOutput = Convert.FromHexString("0000000000000000266a24aa21a9ed" + new string('0', 64));

    internal static NewTemplate Template(ulong id = 1, bool future = true, ImmutableArray<U256>? path = null) => new(
        id,
        future,
        0x2000_0000,
        2,
        Convert.FromHexString("03a0bb0d"),
        uint.MaxValue,
        Value,
        1,
        CommitmentOutput,
        0,
        path ?? [new U256(1, 2, 3, 4), new U256(5, 6, 7, 8)]);

    internal static CoinbaseCut Cut(NewTemplate? template = null, UpstreamExtranonce? extranonce = null)
    {
        CoinbaseError error = CoinbaseCut.TryCreate(
            template ?? Template(),
            RewardOutputs.PayTo(PoolScript),
            "JDC",
            extranonce ?? UpstreamExtranonce.Solo,
            default,
            out CoinbaseCut? cut);
        Assert.Equal(CoinbaseError.None, error);
        return cut!;
    }

    internal static Tip Tip(byte block = 1, uint nBits = HardNBits) => new(new U256(block, 0, 0, 0), MinNTime, nBits);

    /// <summary>A store with one active job, of template 1.</summary>
    internal static JobStore Jobs(uint nBits = HardNBits, UpstreamExtranonce? extranonce = null)
    {
        var jobs = new JobStore();
        jobs.AddFuture(Template(), Cut(extranonce: extranonce));
        jobs.SetTip(Tip(1, nBits), 1);
        return jobs;
    }

    /// <summary>A job after the others on the tip.</summary>
    internal static Job Next(JobStore jobs, ulong templateId = 2) => jobs.AddActive(Template(templateId, false), Cut());

    /// <summary>A channel that accepts every hash, unless told otherwise.</summary>
    internal static DownstreamChannel Channel(ChannelOptions? options = null) => new(options ?? Options(), Now);

    internal static ChannelOptions Options(ChannelKind kind = ChannelKind.Extended) => new()
    {
        ChannelId = 7,
        Kind = kind,
        UserIdentity = "farm.1",
        NominalHashRate = 0,
        MaxTarget = U256.MaxValue,
        LocalPrefix = ExtranonceAllocator.PrefixOf(0x0102),
        RollableSize = 8,
        Vardiff = new VardiffOptions { SharesPerMinute = 6, MinHashRate = 0 },
        VardiffEnabled = false,
    };

    internal static SubmittedShare Share(uint jobId, uint nonce = 0, int rollable = 8) =>
        new(nonce + 1, jobId, nonce, MinNTime, 0x2000_0000, new byte[rollable]);

    internal static UpstreamShare Forwardable(Job job, U256 hash) => new(job, hash, 1, MinNTime, 0x2000_0000, new byte[16], "farm.1");
}
