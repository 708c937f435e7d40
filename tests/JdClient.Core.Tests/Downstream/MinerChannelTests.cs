using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Downstream;

/// <summary>Channels of miners: opened, refused, changed, closed.</summary>
public sealed class MinerChannelTests
{
    [Fact]
    public void Channel_ids_begin_behind_the_group()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        Assert.Equal(2u, miner.OpenExtended()!.Id);
        Assert.Equal(1u, Assert.Single(harness.ToMiner<OpenExtendedMiningChannelSuccess>(miner)).GroupChannelId);
        Assert.Equal(3u, miner.OpenStandard()!.Id);
        Assert.Equal(1u, Assert.Single(harness.ToMiner<OpenStandardMiningChannelSuccess>(miner)).GroupChannelId);
    }

    [Fact]
    public void Opens_before_any_work_are_answered_in_order_when_it_comes()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        FakeMiner first = harness.Miner();
        first.Send(new OpenExtendedMiningChannel(70, "a", 1, U256.MaxValue, 8));
        first.Send(new OpenStandardMiningChannel(71, "b", 1, U256.MaxValue));
        FakeMiner gone = harness.Miner();
        gone.Send(new OpenExtendedMiningChannel(1, "c", 1, U256.MaxValue, 8));
        gone.Close();
        Assert.Equal(2, harness.Snapshot().PendingOpens);
        harness.Provider.Connect();
        harness.Provider.Template(1, future: true);
        Assert.Empty(first.Channels);
        harness.Provider.Tip(1, 1);
        Assert.Equal(70u, Assert.Single(first.Received.OfType<OpenExtendedMiningChannelSuccess>()).RequestId);
        Assert.Equal(71u, Assert.Single(first.Received.OfType<OpenStandardMiningChannelSuccess>()).RequestId);
        Assert.All(first.Channels.Values, static channel => Assert.NotNull(channel.ActiveJob));
        Assert.Equal(0, harness.Snapshot().PendingOpens);
    }

    [Fact]
    public void Waiting_opens_are_bounded()
    {
        var harness = new CoreHarness(
            MiningMode.SoloMining,
            configure: static options => options with { Limits = new CoreLimits { PendingOpensPerSession = 2, PendingOpens = 3 } });
        FakeMiner first = harness.Miner();
        FakeMiner second = harness.Miner();
        for (int i = 0; i < 3; i++)
        {
            first.OpenExtended();
            second.OpenExtended();
        }

        Assert.Equal(3, first.Received.Concat(second.Received).OfType<OpenMiningChannelError>().Count());
        Assert.Equal(3, harness.Snapshot().PendingOpens);
        harness.Provider.Begin();
        Assert.Equal(3, first.Channels.Count + second.Channels.Count);
        Assert.Null(first.ClosedBecause);
    }

    [Fact]
    public void Open_channels_are_bounded()
    {
        var harness = new CoreHarness(
            MiningMode.SoloMining,
            configure: static options => options with { Limits = new CoreLimits { ChannelsPerSession = 2, Channels = 3 } });
        harness.Provider.Begin();
        FakeMiner first = harness.Miner();
        FakeMiner second = harness.Miner();
        for (int i = 0; i < 3; i++)
        {
            first.OpenExtended();
            second.OpenStandard();
        }

        Assert.Equal(2, first.Channels.Count);
        Assert.Single(second.Channels);
        Assert.All(second.Received.OfType<OpenMiningChannelError>(), static error => Assert.Equal("too-many-channels", error.ErrorCode));
        first.Close();
        second.OpenStandard();
        Assert.Equal(2, second.Channels.Count);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1f)]
    public void A_hash_rate_that_is_none_is_refused(float hashRate)
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        miner.OpenExtended(hashRate: hashRate);
        Assert.Equal("invalid-nominal-hashrate", Assert.Single(harness.ToMiner<OpenMiningChannelError>(miner)).ErrorCode);
        miner.OpenExtended();
        miner.Send(new UpdateChannel(2, hashRate, U256.MaxValue));
        Assert.Equal("invalid-nominal-hashrate", Assert.Single(harness.ToMiner<UpdateChannelError>(miner)).ErrorCode);
    }

    [Fact]
    public void The_rollable_size_is_fixed_by_a_connections_first_channel()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        Assert.Equal(12, miner.OpenExtended(minSize: 12)!.Rollable);
        Assert.Equal(12, miner.OpenExtended(minSize: 3)!.Rollable);
        miner.OpenExtended(minSize: 13);
        Assert.Equal("min-extranonce-size-too-large", Assert.Single(harness.ToMiner<OpenMiningChannelError>(miner)).ErrorCode);
        Assert.Equal(14, miner.OpenStandard()!.Prefix.Length);
        FakeMiner other = harness.Miner();
        other.OpenExtended(minSize: 15);
        Assert.Equal("min-extranonce-size-too-large", Assert.Single(harness.ToMiner<OpenMiningChannelError>(other)).ErrorCode);
        Assert.Equal(14, other.OpenExtended(minSize: 14)!.Rollable);
    }

    [Fact]
    public void UpdateChannel_sets_a_target_and_an_unknown_channel_is_an_error()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        U256 before = miner.OpenExtended(hashRate: 1)!.Target;
        miner.Send(new UpdateChannel(2, 100, U256.MaxValue));
        Assert.True(Assert.Single(harness.ToMiner<SetTarget>(miner)).MaximumTarget < before);
        miner.Send(new UpdateChannel(2, 100, U256.From(5)));
        Assert.Equal(U256.From(5), Assert.Single(harness.ToMiner<SetTarget>(miner)).MaximumTarget);
        miner.Send(new UpdateChannel(9, 100, U256.MaxValue));
        Assert.Equal("invalid-channel-id", Assert.Single(harness.ToMiner<UpdateChannelError>(miner)).ErrorCode);
    }

    [Fact]
    public void Closing_the_group_closes_its_members()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining);
        miner.OpenStandard();
        miner.Send(new CloseChannel(1, "done"));
        CoreSnapshot snapshot = harness.Snapshot();
        Assert.Equal(0, snapshot.ExtendedChannels + snapshot.StandardChannels);
        harness.Provider.Template(2, future: false);
        Assert.Empty(harness.ToMiner<Sv2Message>(miner));
        Assert.Null(miner.ClosedBecause);
        miner.Send(new CloseChannel(2, "again"));
        Assert.Null(miner.ClosedBecause);
    }
}
