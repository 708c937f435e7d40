using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;
using SetNewPrevHash = Sv2.Protocol.Mining.SetNewPrevHash;

namespace JdClient.Core.Tests;

public sealed class DownstreamTests
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
    public void First_messages_are_success_future_job_prev_hash()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining);
        Assert.Equal(
            [typeof(OpenExtendedMiningChannelSuccess), typeof(NewExtendedMiningJob), typeof(SetNewPrevHash)],
            harness.ToMiner<Sv2Message>(miner).Select(static message => message.GetType()));
        Assert.Null(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).MinNTime);
        miner.OpenStandard();
        Assert.Equal(
            [typeof(OpenStandardMiningChannelSuccess), typeof(NewMiningJob), typeof(SetNewPrevHash)],
            harness.ToMiner<Sv2Message>(miner).Select(static message => message.GetType()));
    }

    [Fact]
    public void Ten_channels_of_a_connection_get_one_job_and_one_prev_hash()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        for (int i = 0; i < 5; i++)
        {
            miner.OpenExtended();
            miner.OpenStandard();
        }

        harness.Provider.Template(2, future: true);
        Assert.Equal(1u, Assert.Single(harness.ToMiner<Sv2Message>(miner).OfType<NewExtendedMiningJob>()).ChannelId);
        harness.Provider.Tip(2, 2);
        Assert.Equal(1u, Assert.IsType<SetNewPrevHash>(Assert.Single(harness.ToMiner<Sv2Message>(miner))).ChannelId);
        harness.Provider.Template(3, future: false);
        Assert.Equal(1u, Assert.IsType<NewExtendedMiningJob>(Assert.Single(harness.ToMiner<Sv2Message>(miner))).ChannelId);
    }

    [Fact]
    public void A_connection_that_needs_standard_jobs_gets_them_for_each_channel()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner(standardJobs: true);
        miner.OpenStandard();
        miner.OpenStandard();
        harness.Provider.Template(2, future: true);
        NewMiningJob[] jobs = [.. harness.ToMiner<NewMiningJob>(miner)];
        Assert.Equal([2u, 3u], jobs.Select(static job => job.ChannelId));
        Assert.NotEqual(jobs[0].MerkleRoot, jobs[1].MerkleRoot);
        harness.Provider.Tip(2, 2);
        Assert.Equal([2u, 3u], harness.ToMiner<SetNewPrevHash>(miner).Select(static prevHash => prevHash.ChannelId));
        miner.OpenExtended();
        Assert.Equal(
            "extended-channels-not-supported-for-standard-jobs",
            Assert.Single(harness.ToMiner<OpenMiningChannelError>(miner)).ErrorCode);
    }

    [Fact]
    public void Job_ids_are_the_same_on_all_connections()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        FakeMiner first = harness.Miner();
        first.OpenExtended();
        FakeMiner second = harness.Miner();
        second.OpenExtended(minSize: 12);
        harness.Provider.Template(2, future: false);
        Assert.Equal(first.Channel.ActiveJob, second.Channel.ActiveJob);
        Assert.NotEqual(
            ((NewExtendedMiningJob)first.Channel.Jobs[first.Channel.ActiveJob!.Value]).CoinbaseTxPrefix.Length,
            ((NewExtendedMiningJob)second.Channel.Jobs[second.Channel.ActiveJob!.Value]).CoinbaseTxPrefix.Length);
        first.Mine();
        second.Mine();
        Assert.Equal(2, harness.AllReports.OfType<CoreReport.ShareAccepted>().Count());
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
        Assert.Equal(2, harness.Core.Snapshot(harness.Now).PendingOpens);
        harness.Provider.Connect();
        harness.Provider.Template(1, future: true);
        Assert.Empty(first.Channels);
        harness.Provider.Tip(1, 1);
        Assert.Equal(70u, Assert.Single(first.Received.OfType<OpenExtendedMiningChannelSuccess>()).RequestId);
        Assert.Equal(71u, Assert.Single(first.Received.OfType<OpenStandardMiningChannelSuccess>()).RequestId);
        Assert.All(first.Channels.Values, static channel => Assert.NotNull(channel.ActiveJob));
        Assert.Equal(0, harness.Core.Snapshot(harness.Now).PendingOpens);
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
        Assert.Equal(3, harness.Core.Snapshot(harness.Now).PendingOpens);
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
        CoreSnapshot snapshot = harness.Core.Snapshot(harness.Now);
        Assert.Equal(0, snapshot.ExtendedChannels + snapshot.StandardChannels);
        harness.Provider.Template(2, future: false);
        Assert.Empty(harness.ToMiner<Sv2Message>(miner));
        Assert.Null(miner.ClosedBecause);
        miner.Send(new CloseChannel(2, "again"));
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void Custom_jobs_and_unknown_channels_are_answered()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining);
        miner.Send(new SetCustomMiningJob(2, 8, default, 0, default, 0, 0, 0, default, 0, default, 0, []));
        Assert.Equal("jd-not-supported", Assert.Single(harness.ToMiner<SetCustomMiningJobError>(miner)).ErrorCode);
        miner.Send(new SubmitSharesStandard(77, 5, 1, 1, 1, 1));
        SubmitSharesError error = Assert.Single(harness.ToMiner<SubmitSharesError>(miner));
        Assert.Equal((77u, 5u, "invalid-channel-id"), (error.ChannelId, error.SequenceNumber, error.ErrorCode));
        miner.Mine(jobId: null, change: static share => share with { JobId = 4711 });
        Assert.Equal("invalid-job-id", Assert.Single(harness.ToMiner<SubmitSharesError>(miner)).ErrorCode);
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_share_of_the_tip_before_is_stale()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        uint old = miner.OpenExtended()!.ActiveJob!.Value;
        harness.Provider.NewBlock(2, 2);
        miner.Mine(change: share => share with { JobId = old });
        Assert.Equal("stale-share", Assert.Single(harness.ToMiner<SubmitSharesError>(miner)).ErrorCode);
    }

    [Fact]
    public void An_unfinished_batch_is_acknowledged_after_a_while()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(
            MiningMode.SoloMining, configure: static options => options with { ShareBatchSize = 10 });
        MinerView second = miner.OpenExtended()!;
        miner.Mine();
        uint last = miner.Mine();
        Assert.Empty(harness.ToMiner<SubmitSharesSuccess>(miner));
        harness.PassSeconds(1);
        miner.Mine(second);
        harness.PassSeconds(1.1);
        SubmitSharesSuccess success = Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Equal((2u, last, 2u), (success.ChannelId, success.LastSequenceNumber, success.NewSubmitsAcceptedCount));
        harness.PassSeconds(1);
        Assert.Equal(3u, Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner)).ChannelId);
        harness.PassSeconds(10);
        Assert.Empty(harness.ToMiner<SubmitSharesSuccess>(miner));
    }

    [Fact]
    public void A_busy_channel_does_not_keep_a_quiet_one_from_its_acknowledgement()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner(static options => options with { ShareBatchSize = 10 });
        MinerView busy = miner.OpenExtended()!;
        MinerView quiet = miner.OpenExtended()!;
        miner.Mine(busy);
        miner.Mine(quiet);
        DateTimeOffset due = harness.Now + TimeSpan.FromSeconds(2);
        var acknowledged = new List<DateTimeOffset>();
        while (harness.Now < due + TimeSpan.FromSeconds(3))
        {
            miner.Mine(busy);
            harness.PassSeconds(0.1);
            if (harness.ToMiner<SubmitSharesSuccess>(miner).Any(success => success.ChannelId == quiet.Id))
                acknowledged.Add(harness.Now);
        }

        Assert.InRange(Assert.Single(acknowledged), due, due + TimeSpan.FromSeconds(0.2));
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
    public void No_event_visits_more_channels_for_vardiff_than_a_slice_and_none_is_left_out()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        for (int i = 0; i < 1500; i++)
            miner.OpenExtended(hashRate: 1e9f);

        // Nobody sends a share, so every target becomes easier.
        int most = 0;
        var changed = new HashSet<uint>();
        for (int i = 0; i < 100 && changed.Count < 1500; i++)
        {
            harness.NextWakeUp();
            uint[] now = [.. harness.ToMiner<SetTarget>(miner).Select(static target => target.ChannelId)];
            most = Math.Max(most, now.Length);
            changed.UnionWith(now);
        }

        Assert.Equal(1024, most);
        Assert.Equal(1500, changed.Count);
    }

    [Fact]
    public void Vardiff_follows_a_channel_that_is_much_faster_than_it_said()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner(static options => options with { SharesPerMinute = 60 });
        U256 before = miner.OpenExtended(hashRate: 1)!.Target;
        for (int i = 0; i < 200; i++)
        {
            miner.Mine();
            harness.PassSeconds(0.1);
        }

        Assert.True(miner.Channel.Target < before);
    }

    [Fact]
    public void Work_is_given_again_to_the_channel_whose_target_became_easier_or_much_harder()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(configure: Start.WithoutVardiff);
        MinerView second = miner.OpenExtended(hashRate: 100)!;
        FakeMiner other = harness.Miner();
        other.OpenExtended();
        uint before = second.ActiveJob!.Value;

        miner.Send(new UpdateChannel(second.Id, 100_000, U256.MaxValue));
        Assert.Empty(harness.ToMiner<NewExtendedMiningJob>(miner));
        harness.PassSeconds(0.25);
        NewExtendedMiningJob job = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.Equal(second.Id, job.ChannelId);
        Assert.Equal((uint)harness.Now.ToUnixTimeSeconds(), job.MinNTime);
        Assert.Empty(harness.ToMiner<Sv2Message>(other));

        // Old and new job count, each with its target, and the pool has one job for both.
        miner.Mine(second);
        Assert.Equal(501u, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        miner.Mine(second, jobId: before);
        Assert.Equal(501u, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);

        // Easier counts at once, a little harder not; and one round does not follow another for a while.
        miner.Send(new UpdateChannel(second.Id, 90_000, U256.MaxValue));
        harness.PassSeconds(4);
        Assert.Empty(harness.ToMiner<NewExtendedMiningJob>(miner));
        harness.PassSeconds(1);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        miner.Send(new UpdateChannel(second.Id, 100_000, U256.MaxValue));
        harness.PassSeconds(10);
        Assert.Empty(harness.ToMiner<NewExtendedMiningJob>(miner));

        // Small steps add up.
        miner.Send(new UpdateChannel(second.Id, 140_000, U256.MaxValue));
        harness.PassSeconds(10);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void Many_changes_of_one_channels_target_do_not_make_the_others_jobs_unknown()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        FakeMiner restless = harness.Miner();
        restless.OpenExtended();
        FakeMiner calm = harness.Miner();
        calm.OpenExtended();
        for (int i = 0; i < 600; i++)
        {
            restless.Send(new UpdateChannel(2, i % 2 == 0 ? 1000 : 1, U256.MaxValue));
            harness.PassSeconds(5.1);
        }

        calm.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(calm));
    }
}
