using System.Text.Json;
using Bitcoin;
using Xunit;
using Files = TestSupport.Vectors;

namespace Sv2.Channels.Tests.Vectors;

/// <summary>jobs.json: server-side channels of the reference, with jobs, shares, replies and solutions.</summary>
public sealed class JobsVectorTests
{
    [Theory]
    [InlineData("extended-hard-network")]
    [InlineData("standard-hard-network")]
    [InlineData("extended-regtest-blocks")]
    [InlineData("standard-regtest-blocks")]
    [InlineData("extended-mid-network")]
    [InlineData("standard-mid-network")]
    [InlineData("extended-no-version-rolling")]
    [InlineData("extended-tips-and-stale")]
    [InlineData("extended-clamped-target-and-prefix-change")]
    [InlineData("extended-full-32-byte-extranonce")]
    [InlineData("group-mid-network")]
    [InlineData("group-regtest-blocks")]
    public void Jobs_shares_replies_and_solutions_are_the_references(string id)
    {
        var scenario = new JobsScenario(Scenarios().Single(scenario => scenario.Text("id") == id));
        scenario.Replay();
        Assert.NotEqual(0, scenario.Shares);
    }

    [Fact]
    public void Every_share_of_the_file_is_replayed()
    {
        int shares = 0;
        int defects = 0;
        int timesTooFarAhead = 0;
        foreach (JsonElement json in Scenarios().Where(static scenario => scenario.Find("steps") is not null))
        {
            var scenario = new JobsScenario(json);
            scenario.Replay();
            shares += scenario.Shares;
            defects += scenario.ReferenceDefects;
            timesTooFarAhead += scenario.TimesTooFarAhead;
        }

        Assert.Equal(254, shares);
        Assert.True(defects > 0, "the reference's lost blocks of standard channels on group jobs");
        Assert.True(timesTooFarAhead > 0, "the reference's shares from the year 2106");
    }

    [Fact]
    public void Opening_parameters_get_the_references_target_and_first_job()
    {
        int cases = 0;
        JsonElement verdicts = Scenarios().Single(static scenario => scenario.Text("id") == "constructor-verdicts");
        foreach (JsonElement vector in verdicts.Get("cases").EnumerateArray())
        {
            cases++;
            CheckOpening(vector);
        }

        Assert.Equal(40, cases);
    }

    private static void CheckOpening(JsonElement vector)
    {
        JsonElement channel = vector.Get("channel");
        JsonElement result = vector.Get("result");
        string label = vector.Text("label");
        double hashRate = channel.Float("nominal_hash_rate");
        double sharesPerMinute = channel.Float("shares_per_minute");

        // Deliberate: what is not a finite number is refused, −0 is 0.
        bool refusedByUsOnly = !double.IsFinite(hashRate) || !double.IsFinite(sharesPerMinute);
        bool refusedByReferenceOnly = double.IsNegative(hashRate) && hashRate == 0;
        string? error = result.Find("error")?.GetString();
        bool rateError = error?.Contains("Hashrate", StringComparison.Ordinal) ?? false;
        U256? target = HashRate.ToTarget(hashRate, sharesPerMinute);
        Assert.Equal((rateError && !refusedByReferenceOnly) || refusedByUsOnly, target is null);
        if (target is null || refusedByReferenceOnly)
            return;

        byte[] prefix = channel.Bytes("extranonce_prefix");
        byte[] tag = CoinbaseCut.TagBytes(channel.Text("pool_tag"), channel.Text("miner_tag"));
        var extranonce = new UpstreamExtranonce(prefix, channel.Int("full_extranonce_size") - prefix.Length);
        if (error is not null)
        {
            // The reference refuses these at the opening; we when the job is made. The tag is too long for its push in
            // the two cases that it calls a too large scriptSig.
            CoinbaseError expected = error == "ExceedsMaxLength" ? CoinbaseError.ExtranonceTooLong : CoinbaseError.TagTooLong;
            Assert.Equal(expected, CoinbaseCut.TryCreate(SomeTemplate, SomeRewards, tag, extranonce, default, out _));
            return;
        }

        JsonElement step = result.Get("first_template");
        CoinbaseError ours = CoinbaseCut.TryCreate(
            step.Template("template"), step.Rewards("coinbase_reward_outputs"), tag, extranonce, default, out CoinbaseCut? cut);
        if (extranonce.FullSize > ExtranonceSizes.MaxFull)
        {
            // Deliberate: the protocol's limit of 32 bytes holds for prefix and rollable part together.
            Assert.Equal(CoinbaseError.ExtranonceTooLong, ours);
            return;
        }

        Assert.Equal(U256.Min(target.Value, channel.Hash("requested_max_target")), result.Hash("target"));
        JsonElement job = step.Get("result");
        if (job.Find("error") is not null)
        {
            Assert.Equal(CoinbaseError.TagTooLong, ours);
            return;
        }

        Assert.True(ours == CoinbaseError.None, label);
        DownstreamChannel opened = JobsScenario.Open(channel, prefix);
        var solo = new UpstreamExtranonce(ReadOnlyMemory<byte>.Empty, opened.FullExtranonceSize);
        Assert.Equal(
            CoinbaseError.None,
            CoinbaseCut.TryCreate(step.Template("template"), step.Rewards("coinbase_reward_outputs"), tag, solo, default, out cut));
        Assert.Equal(job.Text("payload"), opened.ToMessage(new JobStore().AddFuture(step.Template("template"), cut!)).PayloadHex());
    }

    private static Sv2.Protocol.TemplateDistribution.NewTemplate SomeTemplate =>
        new(1, true, 0x20000000, 2, new byte[] { 3, 1, 2, 3 }, uint.MaxValue, 5_000_000_000, 0, ReadOnlyMemory<byte>.Empty, 0, []);

    private static RewardOutputs SomeRewards => RewardOutputs.PayTo(Script.FromHex("51"));

    private static List<JsonElement> Scenarios()
    {
        if (Files.TryPath("sri", "jobs.json") is not { } path)
        {
            Assert.Skip(Files.MissingReason);
            return [];
        }

        return [.. JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.Get("scenarios").EnumerateArray()];
    }
}
