using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests;

public sealed class UpstreamTests
{
    private static readonly Func<CoreOptions, CoreOptions> WithWorkers = static options => options with { SupportedExtensions = [2] };

    [Fact]
    public void Nothing_is_opened_before_there_is_a_miner()
    {
        var harness = new CoreHarness();
        harness.Provider.Begin();
        FakePool pool = harness.Pool();
        pool.SetUp();
        pool.GiveTokens();
        Assert.Empty(pool.Sent<OpenExtendedMiningChannel>());
        harness.Miner().OpenExtended(minSize: 12, hashRate: 50);
        OpenExtendedMiningChannel open = Assert.Single(pool.Sent<OpenExtendedMiningChannel>());
        Assert.Equal(14, open.MinExtranonceSize);
        Assert.Equal(U256.MaxValue, open.MaxTarget);
    }

    [Fact]
    public void The_pool_is_told_the_sum_of_hash_rates_at_most_once_a_second()
    {
        var harness = new CoreHarness();
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended(hashRate: 100);
        FakePool pool = harness.Pool();
        pool.TakeWork(1);
        for (int i = 0; i < 5; i++)
            miner.OpenExtended(hashRate: 100);
        Assert.Empty(pool.Sent<UpdateChannel>());
        harness.PassSeconds(1.01);
        UpdateChannel update = Assert.Single(pool.Sent<UpdateChannel>());
        Assert.Equal((40u, 600f, U256.MaxValue), (update.ChannelId, update.NominalHashRate, update.MaximumTarget));
        harness.PassSeconds(2);
        miner.Close();
        Assert.Equal(0f, Assert.Single(pool.Got<UpdateChannel>()).NominalHashRate);
    }

    [Fact]
    public void A_grant_that_is_too_small_makes_the_upstream_unfit()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(upstreams: 2);
        FakePool pool = harness.Pool();
        pool.SetUp();
        pool.Size = 9;
        pool.OpenChannel();
        CoreReport.UpstreamChanged changed = harness.Reports.OfType<CoreReport.UpstreamChanged>().First();
        Assert.Equal(UpstreamHealth.Refuses, changed.Health);
        Assert.Contains("9", changed.Reason, StringComparison.Ordinal);
        Assert.Contains(harness.Last, static effect => effect is Effect.Connect { Peer: 1 });
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_pool_with_fixed_version_makes_jobs_without_rolling()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        Assert.True(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).VersionRollingAllowed);
        FakePool pool = harness.Pool();
        pool.SetUp(flags: 1);
        pool.GiveTokens();
        pool.OpenChannel();
        pool.DeclareAndAcknowledge(1);
        Assert.False(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).VersionRollingAllowed);
        miner.Mine(change: static share => share with { Version = share.Version ^ 0x2000 });
        Assert.Equal("version-rolling-not-allowed", Assert.Single(harness.ToMiner<SubmitSharesError>(miner)).ErrorCode);
    }

    [Fact]
    public void A_version_that_was_not_offered_is_a_violation()
    {
        var harness = new CoreHarness();
        FakePool pool = harness.Pool();
        harness.On(new CoreEvent.LinkConnected(pool.Link));
        pool.Send(new SetupConnectionSuccess(3, 0));
        Assert.Single(harness.Reports.OfType<CoreReport.PeerViolation>());
        Assert.Equal(2, harness.Last.OfType<Effect.CloseLink>().Count());
    }

    [Fact]
    public void The_pools_target_decides_what_is_forwarded()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        FakePool pool = harness.Pool();
        pool.SetUp();
        pool.GiveTokens();
        pool.OpenChannel();
        pool.Send(new SetTarget(41, U256.From(1)));
        pool.Send(new SetTarget(40, U256.From(1)));
        pool.DeclareAndAcknowledge(1);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        Assert.Contains(harness.Reports, static report => report is CoreReport.SharesDropped { Cause: ShareDropCause.AbovePoolTarget });

        // For later jobs; the acknowledged one keeps its target.
        pool.Send(new SetTarget(40, U256.MaxValue));
        miner.Mine();
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        harness.Provider.Template(2, future: false);
        pool.DeclareAndAcknowledge(2);
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_new_prefix_makes_new_jobs_and_old_ones_keep_theirs()
    {
        var harness = new CoreHarness();
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner();
        MinerView channel = miner.OpenExtended()!;
        FakePool pool = harness.Pool();
        uint oldUpstream = pool.TakeWork(1);
        uint old = channel.ActiveJob!.Value;
        pool.GiveTokens(pool.UnansweredTokens);

        pool.Send(new SetExtranoncePrefix(40, new byte[] { 1, 2, 3, 4, 5 }));
        NewExtendedMiningJob fresh = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.Equal(1, fresh.CoinbaseTxPrefix.Span.IndexOf((byte[])[1, 2, 3, 4, 5, 0]) > 0 ? 1 : 0);
        Assert.Single(pool.Got<DeclareMiningJob>());
        miner.Mine(jobId: old);
        Assert.Equal(oldUpstream, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        miner.Mine();
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        pool.AcknowledgeDeclaration();
        uint freshUpstream = pool.AcknowledgeJob();
        Assert.Equal(freshUpstream, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
    }

    [Fact]
    public void A_prefix_change_while_a_custom_job_is_out_redoes_that_job()
    {
        // The answer that comes after the change is for the new prefix: what miners have of the old one is worthless.
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        pool.AcknowledgeDeclaration();
        miner.Mine();
        int before = pool.Sent<SetCustomMiningJob>().Count;
        pool.GiveTokens(pool.UnansweredTokens);
        pool.Send(new SetExtranoncePrefix(40, new byte[] { 1, 1, 1, 1 }));
        Assert.Contains(
            harness.Reports,
            static report => report is CoreReport.SharesDropped { Count: 1, Cause: ShareDropCause.JobRefused });
        pool.AcknowledgeJob(before - 1);
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        Assert.Empty(harness.Reports.OfType<CoreReport.StrayMessage>());
        miner.Mine();
        pool.AcknowledgeDeclaration();
        uint job = pool.AcknowledgeJob();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
    }

    [Fact]
    public void A_prefix_that_leaves_no_room_makes_the_upstream_unfit()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        harness.Pool().TakeWork(1);
        harness.Pool().Send(new SetExtranoncePrefix(40, new byte[17]));
        Assert.Contains(harness.Reports, static report => report is CoreReport.WorkSourceChanged { To.UpstreamId: null });
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void CloseChannel_of_our_channel_means_solo_work_at_once()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        pool.Send(new CloseChannel(39, "not ours"));
        Assert.Empty(harness.ToMiner<NewExtendedMiningJob>(miner));
        pool.Send(new CloseChannel(40, "bye"));
        Assert.NotNull(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).MinNTime);
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void What_is_said_to_our_group_is_said_to_us()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        pool.Send(new SetTarget(1, U256.From(7)));
        Assert.Equal(U256.From(7), harness.Core.Snapshot(harness.Now).Upstreams[0].Target);
        pool.Send(new SetGroupChannel(5, [40]));
        pool.Send(new SetTarget(1, U256.From(8)));
        Assert.Equal(U256.From(7), harness.Core.Snapshot(harness.Now).Upstreams[0].Target);
        pool.Send(new CloseChannel(5, "all of you"));
        Assert.Null(WorkSourceOf(harness));
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void Outputs_that_ask_for_more_than_there_is_make_the_upstream_unfit()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        FakePool pool = harness.Pool();
        pool.SetUp();
        byte[] greedy = [2, .. FakePool.Outputs[1..], 0, 0, 0, 0, 0, 0, 0, 1, 1, 0x51];
        pool.GiveTokens(2, greedy);
        harness.Provider.NewBlock(2, 2);
        pool.OpenChannel();
        UpstreamSnapshot upstream = harness.Core.Snapshot(harness.Now).Upstreams[0];
        Assert.Equal(UpstreamHealth.Refuses, upstream.Health);
        Assert.Contains("RewardsExceedValue", upstream.Reason, StringComparison.Ordinal);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
    }

    [Fact]
    public void Reconnect_is_followed_and_bounded()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        harness.Pool().TakeWork(1);
        harness.Pool().Send(new Reconnect("other.example", 0));
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Effect.Connect connect = harness.Last.OfType<Effect.Connect>().Single(static effect => effect.Role == LinkRole.Pool);
        Assert.Equal(new PeerEndpoint("other.example", 3333), connect.Redirect);
        Assert.Null(harness.Last.OfType<Effect.Connect>().Single(static effect => effect.Role == LinkRole.JobDeclarator).Redirect);
        harness.Pool().TakeWork(1);
        Assert.Contains(harness.Reports, static report => report is CoreReport.WorkSourceChanged { To.UpstreamId: 0 });

        for (int i = 0; i < 4; i++)
        {
            FakePool pool = harness.Pool();
            harness.On(new CoreEvent.LinkConnected(pool.Link));
            pool.SetUp();
            pool.Send(new Reconnect(string.Empty, 7));
        }

        Assert.Single(harness.Reports.OfType<CoreReport.PeerViolation>());
        Assert.Empty(harness.Last.OfType<Effect.Connect>());
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void Refused_good_shares_count_until_the_limit_and_stale_ones_do_not()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        for (int i = 0; i < 30; i++)
        {
            miner.Mine();
            pool.Send(new SubmitSharesError(40, Assert.Single(pool.Got<SubmitSharesExtended>()).SequenceNumber, "stale-share"));
        }

        // Numbers that were never sent, or another channel's, count nothing either.
        for (uint i = 0; i < 30; i++)
        {
            pool.Send(new SubmitSharesError(40, 100_000 + i, "invalid-share"));
            pool.Send(new SubmitSharesError(41, i, "invalid-share"));
        }

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(WorkSourceOf(harness), 0);
            miner.Mine();
            pool.Send(new SubmitSharesError(40, Assert.Single(pool.Got<SubmitSharesExtended>()).SequenceNumber, "invalid-share"));
        }

        Assert.Null(WorkSourceOf(harness));
        Assert.Equal(UpstreamHealth.Misbehaves, harness.Core.Snapshot(harness.Now).Upstreams[0].Health);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void A_pool_that_applies_a_harder_target_to_earlier_jobs_is_not_left_for_it()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        pool.Send(new SetTarget(pool.ChannelId, U256.MaxValue >> 40));
        for (int i = 0; i < 20; i++)
        {
            miner.Mine();
            uint sequence = Assert.Single(pool.Got<SubmitSharesExtended>()).SequenceNumber;
            pool.Send(new SubmitSharesError(pool.ChannelId, sequence, "difficulty-too-low"));
        }

        Assert.Equal(0, harness.Core.Snapshot(harness.Now).Source.UpstreamId);
    }

    [Fact]
    public void Few_refused_shares_in_a_long_time_are_forgiven()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        for (int i = 0; i < 30; i++)
        {
            miner.Mine();
            pool.Send(new SubmitSharesError(40, Assert.Single(pool.Got<SubmitSharesExtended>()).SequenceNumber, "invalid-share"));
            harness.PassSeconds(30);
        }

        Assert.Equal(0, WorkSourceOf(harness));
    }

    [Fact]
    public void Workers_are_told_to_a_pool_that_wants_it()
    {
        var harness = new CoreHarness(configure: WithWorkers);
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner();
        miner.Send(new RequestExtensions(0, [2]));
        miner.OpenExtended(user: "rack.\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9");
        FakePool pool = harness.Pool();
        harness.On(new CoreEvent.LinkConnected(pool.Link));
        pool.Send(new SetupConnectionSuccess(2, 0));
        Assert.Equal([2], Assert.Single(pool.Got<RequestExtensions>()).RequestedExtensions);
        pool.Send(new RequestExtensionsSuccess(0, [2]));
        harness.On(new CoreEvent.LinkConnected(pool.JobDeclarator));
        pool.SendAsDeclarator(new SetupConnectionSuccess(2, 0));
        pool.GiveTokens();
        pool.OpenChannel();
        pool.DeclareAndAcknowledge(1);

        Assert.True(UserIdentityField.TryCreate("worker7", out Tlv field));
        miner.Mine(change: share => share with { Tlvs = [field] });
        Assert.Equal("worker7", WorkerOf(pool));

        // Cut between characters: 5 + 13 × 2 = 31 bytes.
        miner.Mine();
        Assert.Equal("rack.\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", WorkerOf(pool));
    }

    [Fact]
    public void Workers_are_not_told_to_a_pool_that_did_not_agree()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(configure: WithWorkers);
        FakePool pool = harness.Pool();
        pool.SetUp();
        Assert.Empty(pool.Sent<OpenExtendedMiningChannel>());

        // No answer: a pool that does not know the extension.
        harness.PassSeconds(5.1);
        pool.GiveTokens();
        pool.OpenChannel();
        pool.DeclareAndAcknowledge(1);
        miner.Mine();
        Assert.Empty(Assert.Single(pool.Got<SubmitSharesExtended>()).Tlvs);
    }

    [Fact]
    public void Extensions_that_the_pool_requires_are_offered_in_a_second_request_with_ours()
    {
        var harness = new CoreHarness(configure: static options => options with { SupportedExtensions = [2, 7], RequiredExtensions = [5] });
        FakePool pool = harness.Pool();
        harness.On(new CoreEvent.LinkConnected(pool.Link));
        pool.Send(new SetupConnectionSuccess(2, 0));
        Assert.Equal([2, 7, 5], Assert.Single(pool.Got<RequestExtensions>()).RequestedExtensions);
        pool.Send(new RequestExtensionsError(0, [2], [7]));
        RequestExtensions second = Assert.Single(pool.Got<RequestExtensions>());
        Assert.Equal((ushort)1, second.RequestId);
        Assert.Equal([7, 5], second.RequestedExtensions);
        pool.Send(new RequestExtensionsSuccess(1, [7, 5]));
        Assert.Equal([7, 5], Assert.Single(harness.Reports.OfType<CoreReport.UpstreamExtensions>()).Extensions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pool_without_a_required_extension_or_with_a_foreign_one_is_unfit(bool foreign)
    {
        var harness = new CoreHarness(configure: static options => options with { RequiredExtensions = [5] });
        FakePool pool = harness.Pool();
        harness.On(new CoreEvent.LinkConnected(pool.Link));
        pool.Send(new SetupConnectionSuccess(2, 0));
        pool.Send(foreign ? new RequestExtensionsError(0, [], [99]) : new RequestExtensionsSuccess(0, []));
        Assert.Equal(UpstreamHealth.Refuses, harness.Core.Snapshot(harness.Now).Upstreams[0].Health);
    }

    [Fact]
    public void What_the_pool_says_of_things_that_are_not_is_dropped()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        pool.Send(new SetCustomMiningJobSuccess(40, 99_999, 1));
        Assert.Single(harness.Reports.OfType<CoreReport.StrayMessage>());
        pool.Send(new OpenExtendedMiningChannelSuccess(1, 77, U256.MaxValue, 16, default, 1));
        pool.Send(new NewExtendedMiningJob(40, 1, 1, 1, true, [], default, default));
        pool.Send(new SubmitSharesSuccess(41, 1, 1, 1));
        pool.SendAsDeclarator(new AllocateMiningJobTokenSuccess(99_999, default, FakePool.Outputs));
        pool.SendAsDeclarator(new DeclareMiningJobSuccess(99_999, default));
        pool.SendAsDeclarator(new DeclareMiningJobError(99_999, "x", default));
        pool.SendAsDeclarator(new ProvideMissingTransactions(99_999, [1]));
        Assert.Equal(8, harness.AllReports.OfType<CoreReport.StrayMessage>().Count());
        Assert.Equal(0, WorkSourceOf(harness));
        miner.Mine();
        Assert.Equal(40u, Assert.Single(pool.Got<SubmitSharesExtended>()).ChannelId);
    }

    private static int? WorkSourceOf(CoreHarness harness) => harness.Core.Snapshot(harness.Now).Source.UpstreamId;

    private static string? WorkerOf(FakePool pool)
    {
        UserIdentityField.TryRead(Assert.Single(pool.Got<SubmitSharesExtended>()).Tlvs, out string? worker);
        return worker;
    }
}
