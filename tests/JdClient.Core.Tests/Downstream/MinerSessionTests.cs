using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Downstream;

/// <summary>From the connection of a miner to its end: what is agreed on, what closes it.</summary>
public sealed class MinerSessionTests
{
    [Theory]
    [InlineData(1, 2, 2, 0u, "unsupported-protocol", 0u)]
    [InlineData(0, 3, 4, 0u, "protocol-version-mismatch", 0u)]
    [InlineData(0, 1, 1, 0u, "protocol-version-mismatch", 0u)]
    [InlineData(0, 2, 2, 0b110u, "unsupported-feature-flags", 0b10u)]
    public void Set_up_that_cannot_be_served_is_refused_with_its_code(
        byte protocol, ushort min, ushort max, uint flags, string code, uint refused)
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        FakeMiner miner = harness.Miner(setUp: false);
        miner.Send(new SetupConnection(protocol, min, max, flags, "h", 1, "v", "h", "f", "d"));
        SetupConnectionError error = Assert.Single(harness.ToMiner<SetupConnectionError>(miner));
        Assert.Equal(code, error.ErrorCode);
        Assert.Equal(refused, error.Flags);
        Assert.NotNull(miner.ClosedBecause);
    }

    [Fact]
    public void A_wider_version_range_is_accepted()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        FakeMiner miner = harness.Miner(setUp: false);
        miner.Send(new SetupConnection(0, 1, 7, 0, "h", 1, "v", "h", "f", "d"));
        Assert.Equal(2, Assert.Single(harness.ToMiner<SetupConnectionSuccess>(miner)).UsedVersion);
    }

    [Fact]
    public void Extensions_are_agreed_on_or_refused()
    {
        var harness = new CoreHarness(MiningMode.SoloMining, configure: static options => options with { SupportedExtensions = [2, 5] });
        FakeMiner miner = harness.Miner();
        miner.Send(new RequestExtensions(3, [5, 9]));
        Assert.Equal([5], Assert.Single(harness.ToMiner<RequestExtensionsSuccess>(miner)).SupportedExtensions);
        miner.Send(new RequestExtensions(4, [9]));
        Assert.Equal([9], Assert.Single(harness.ToMiner<RequestExtensionsError>(miner)).UnsupportedExtensions);
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_missing_required_extension_is_told_and_ends_the_session()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner(static options => options with { RequiredExtensions = [2] });
        miner.Send(new RequestExtensions(3, [9]));
        Assert.Equal([2], Assert.Single(harness.ToMiner<RequestExtensionsError>(miner)).RequiredExtensions);
        Assert.NotNull(miner.ClosedBecause);

        FakeMiner silent = harness.Miner();
        silent.OpenExtended();
        Assert.Empty(silent.Channels);
        Assert.NotNull(silent.ClosedBecause);

        FakeMiner good = harness.Miner();
        good.Send(new RequestExtensions(3, [2]));
        Assert.NotNull(good.OpenExtended());
    }

    [Fact]
    public void A_miner_that_breaks_the_protocol_is_closed_once_and_nobody_else()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        FakeMiner good = harness.Miner();
        good.OpenExtended();
        FakeMiner bad = harness.Miner(setUp: false);
        bad.Send(new CloseChannel(2, "x"));
        bad.Send(new CloseChannel(2, "x"));
        bad.SetUp();
        Assert.NotNull(bad.ClosedBecause);
        Assert.Single(harness.AllReports.OfType<CoreReport.SessionViolation>());
        Assert.Single(harness.All.OfType<Effect.CloseMiner>());
        Assert.Empty(harness.ToMiner<SetupConnectionSuccess>(bad));
        good.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(good));
    }

    [Fact]
    public void A_message_that_is_not_for_a_server_closes_the_session()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        FakeMiner miner = harness.Miner();
        miner.Send(new CoinbaseOutputConstraints(1, 1));
        Assert.NotNull(miner.ClosedBecause);
    }

    [Fact]
    public void A_miner_without_SetupConnection_is_closed_after_its_deadline()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        FakeMiner silent = harness.Miner(setUp: false);
        FakeMiner good = harness.Miner();
        harness.PassSeconds(9);
        Assert.Null(silent.ClosedBecause);
        harness.PassSeconds(2);
        Assert.NotNull(silent.ClosedBecause);
        Assert.Null(good.ClosedBecause);
    }

    [Fact]
    public void A_miner_without_a_channel_is_closed_after_an_hour_and_one_that_mines_or_waits_for_work_never()
    {
        var workless = new CoreHarness(MiningMode.SoloMining);
        FakeMiner waiting = workless.Miner();
        waiting.OpenExtended();
        workless.PassSeconds(10_000);
        Assert.Null(waiting.ClosedBecause);

        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        FakeMiner mining = harness.Miner();
        mining.OpenExtended();
        FakeMiner idle = harness.Miner();
        FakeMiner left = harness.Miner();
        MinerView channel = left.OpenExtended()!;
        harness.PassSeconds(3500);
        Assert.Null(idle.ClosedBecause);
        harness.PassSeconds(200);
        Assert.NotNull(idle.ClosedBecause);

        left.Send(new CloseChannel(channel.Id, "done"));
        harness.PassSeconds(3500);
        Assert.Null(left.ClosedBecause);
        harness.PassSeconds(200);

        Assert.Equal(
            [(idle.Session, MinerCloseCause.NoChannel), (left.Session, MinerCloseCause.NoChannel)],
            harness.All.OfType<Effect.CloseMiner>().Select(close => (close.Session, close.Cause)));
        Assert.Null(mining.ClosedBecause);
    }
}
