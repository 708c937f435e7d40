using Bitcoin;
using Sv2.Protocol.Mining;
using Xunit;

namespace Sv2.Channels.Tests.Downstream;

public sealed class DownstreamChannelTests
{
    [Fact]
    public void Accepted_share_is_acknowledged_and_worth_its_jobs_difficulty()
    {
        JobStore jobs = Work.Jobs();
        DownstreamChannel channel = Work.Channel();
        ShareResult result = channel.Submit(Work.Share(1), jobs, Work.Now, out bool targetChanged);
        Assert.Equal(ShareVerdict.Valid, result.Verdict);
        Assert.Equal(new SubmitSharesSuccess(7, 1, 1, 0), result.Reply);
        Assert.Equal(Difficulty.Of(U256.MaxValue), result.Work);
        Assert.Equal(Difficulty.Of(result.Hash), result.Difficulty);
        Assert.Null(result.Solution);
        Assert.False(targetChanged);
    }

    [Fact]
    public void Header_is_made_of_the_job_the_tip_and_the_share()
    {
        JobStore jobs = Work.Jobs(Work.EasyNBits);
        DownstreamChannel channel = Work.Channel();
        var share = new SubmittedShare(1, 1, 0xdeadbeef, Work.MinNTime + 7, 0x3fff_0000, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 });
        byte[] extranonce = [1, 2, .. share.Extranonce.Span];
        var header = new BlockHeader(
            share.Version, jobs.Tip!.PrevHash, jobs.Active!.MerkleRoot(extranonce), share.NTime, Work.EasyNBits, share.Nonce);
        Assert.Equal(header.Hash(), channel.Validate(share, jobs, Work.Now).Hash);
    }

    [Fact]
    public void Refusal_is_answered_with_the_fields_code_and_counted()
    {
        DownstreamChannel channel = Work.Channel();
        ShareResult result = channel.Submit(Work.Share(99, nonce: 4), Work.Jobs(), Work.Now, out _);
        Assert.Equal(new SubmitSharesError(7, 5, "invalid-job-id"), result.Reply);
        Assert.Equal(1UL, channel.Accounting.RejectedAs(ShareVerdict.InvalidJobId));
    }

    [Fact]
    public void Stale_comes_before_every_other_fault()
    {
        JobStore jobs = Work.Jobs();
        jobs.SetTip(Work.Tip(2), 99);
        SubmittedShare wrongInEveryWay = Work.Share(1, rollable: 3) with { NTime = 0, Version = 1 };
        Assert.Equal(ShareVerdict.StaleShare, Work.Channel().Validate(wrongInEveryWay, jobs, Work.Now).Verdict);
    }

    [Fact]
    public void Faults_are_found_in_the_fields_order()
    {
        JobStore jobs = Work.Jobs();
        DownstreamChannel channel = Work.Channel();
        SubmittedShare share = Work.Share(1, rollable: 3) with { NTime = 0, Version = 1 };
        Assert.Equal(ShareVerdict.BadExtranonceSize, channel.Validate(share, jobs, Work.Now).Verdict);
        share = share with { Extranonce = new byte[8] };
        Assert.Equal(ShareVerdict.InvalidShare, channel.Validate(share, jobs, Work.Now).Verdict);
        share = share with { NTime = Work.MinNTime };
        Assert.Equal(ShareVerdict.InvalidNonRollableVersionBit, channel.Validate(share, jobs, Work.Now).Verdict);
        share = share with { Version = 0x2000_0000 };
        Assert.Equal(ShareVerdict.Valid, channel.Validate(share, jobs, Work.Now).Verdict);
        Assert.Equal(ShareVerdict.DuplicateShare, channel.Validate(share, jobs, Work.Now).Verdict);
    }

    // The reference has no upper bound; a node refuses a block more than two hours ahead of its clock.
    [Theory]
    [InlineData(0, ShareVerdict.Valid)]
    [InlineData(-1, ShareVerdict.InvalidShare)]
    [InlineData(60 + 7200, ShareVerdict.Valid)]
    [InlineData(60 + 7201, ShareVerdict.InvalidShare)]
    [InlineData(uint.MaxValue - Work.MinNTime, ShareVerdict.InvalidShare)]
    public void Header_time_lies_between_the_tips_minimum_and_two_hours_from_now(long offset, ShareVerdict expected)
    {
        SubmittedShare share = Work.Share(1) with { NTime = (uint)(Work.MinNTime + offset) };
        Assert.Equal(expected, Work.Channel().Validate(share, Work.Jobs(), Work.Now).Verdict);
    }

    [Theory]
    [InlineData(0x3fff_ffe0u, ShareVerdict.Valid)]
    [InlineData(0x2000_0001u, ShareVerdict.InvalidNonRollableVersionBit)]
    [InlineData(0x2000_0010u, ShareVerdict.InvalidNonRollableVersionBit)]
    [InlineData(0xa000_0000u, ShareVerdict.InvalidNonRollableVersionBit)]
    [InlineData(0x0000_0000u, ShareVerdict.InvalidNonRollableVersionBit)]
    public void Only_bits_5_to_28_of_the_version_may_change(uint version, ShareVerdict expected) =>
        Assert.Equal(expected, Work.Channel().Validate(Work.Share(1) with { Version = version }, Work.Jobs(), Work.Now).Verdict);

    [Fact]
    public void Job_without_version_rolling_keeps_its_version()
    {
        var jobs = new JobStore();
        jobs.SetTip(Work.Tip(), 0);
        Job job = jobs.AddActive(Work.Template(1, false), Work.Cut(), versionRollingAllowed: false);
        Assert.False(job.ToExtended(1, 10).VersionRollingAllowed);
        DownstreamChannel channel = Work.Channel();
        Assert.Equal(
            ShareVerdict.VersionRollingNotAllowed,
            channel.Validate(Work.Share(job.Id) with { Version = 0x2000_0020 }, jobs, Work.Now).Verdict);
        Assert.Equal(ShareVerdict.Valid, channel.Validate(Work.Share(job.Id), jobs, Work.Now).Verdict);
    }

    [Fact]
    public void Hash_equal_to_the_target_is_accepted_and_one_less_refuses_it()
    {
        JobStore jobs = Work.Jobs();
        U256 hash = Work.Channel().Validate(Work.Share(1), jobs, Work.Now).Hash;
        Assert.Equal(
            ShareVerdict.Valid, Work.Channel(Work.Options() with { MaxTarget = hash }).Validate(Work.Share(1), jobs, Work.Now).Verdict);
        U256 less = U256.SaturatingSubtract(hash, U256.One);
        Assert.Equal(
            ShareVerdict.DifficultyTooLow,
            Work.Channel(Work.Options() with { MaxTarget = less }).Validate(Work.Share(1), jobs, Work.Now).Verdict);
    }

    [Fact]
    public void Too_easy_share_stays_too_easy_when_sent_again()
    {
        JobStore jobs = Work.Jobs();
        DownstreamChannel channel = Work.Channel(Work.Options() with { MaxTarget = U256.One });
        for (int i = 0; i < 2; i++)
            Assert.Equal(ShareVerdict.DifficultyTooLow, channel.Validate(Work.Share(1), jobs, Work.Now).Verdict);
    }

    [Fact]
    public void Jobs_keep_the_target_they_became_active_with()
    {
        JobStore jobs = Work.Jobs();
        DownstreamChannel channel = Work.Channel();
        Job future = jobs.AddFuture(Work.Template(5), Work.Cut());
        Assert.True(channel.Update(0, U256.One, jobs, Work.Now));
        Assert.Equal(U256.One, channel.Target);

        // The active job is still mined on the old target, the next one and a future one are not.
        Assert.Equal(ShareVerdict.Valid, channel.Validate(Work.Share(1), jobs, Work.Now).Verdict);
        Job next = Work.Next(jobs);
        Assert.Equal(ShareVerdict.DifficultyTooLow, channel.Validate(Work.Share(next.Id), jobs, Work.Now).Verdict);
        Assert.Equal(ShareVerdict.Valid, channel.Validate(Work.Share(1, nonce: 2), jobs, Work.Now).Verdict);
        jobs.SetTip(Work.Tip(2), 5);
        Assert.Equal(ShareVerdict.DifficultyTooLow, channel.Validate(Work.Share(future.Id), jobs, Work.Now).Verdict);
    }

    [Fact]
    public void Many_target_changes_never_make_an_old_jobs_target_harder()
    {
        JobStore jobs = Work.Jobs();
        DownstreamChannel channel = Work.Channel();
        for (int i = 0; i < 100; i++)
        {
            channel.Update(0, U256.MaxValue >> (200 + (i % 2)), jobs, Work.Now);
            Work.Next(jobs);
        }

        Assert.Equal(ShareVerdict.Valid, channel.Validate(Work.Share(1), jobs, Work.Now).Verdict);
        Assert.Equal(ShareVerdict.DifficultyTooLow, channel.Validate(Work.Share(jobs.Active!.Id), jobs, Work.Now).Verdict);
    }

    [Fact]
    public void Standard_channel_mines_the_group_job_with_zeros_after_its_prefix()
    {
        JobStore jobs = Work.Jobs(Work.EasyNBits);
        DownstreamChannel channel = Work.Channel(Work.Options(ChannelKind.Standard));
        byte[] extranonce = [1, 2, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(extranonce, channel.ExtranoncePrefix.ToArray());
        Assert.Equal((0, 10), (channel.RollableSize, channel.FullExtranonceSize));
        var message = Assert.IsType<NewMiningJob>(channel.ToMessage(jobs.Active!));
        Assert.Equal(jobs.Active!.MerkleRoot(extranonce), message.MerkleRoot);

        Job next = Work.Next(jobs);
        ShareResult result = default;
        for (uint nonce = 0; result.Verdict != ShareVerdict.BlockFound; nonce++)
            result = channel.Validate(Work.Share(next.Id, nonce, rollable: 0), jobs, Work.Now);
        Assert.NotNull(result.Solution);
        Assert.Equal(next.MerkleRoot(extranonce), result.Solution.Header.MerkleRoot);
        Assert.Equal(result.Hash, result.Solution.Header.Hash());
    }

    [Fact]
    public void Extranonce_on_a_standard_channel_and_none_on_an_extended_one_are_refused()
    {
        JobStore jobs = Work.Jobs();
        Assert.Equal(
            ShareVerdict.BadExtranonceSize,
            Work.Channel(Work.Options(ChannelKind.Standard)).Validate(Work.Share(1), jobs, Work.Now).Verdict);
        Assert.Equal(ShareVerdict.BadExtranonceSize, Work.Channel().Validate(Work.Share(1, rollable: 0), jobs, Work.Now).Verdict);
    }

    [Fact]
    public void Block_beyond_the_share_target_is_a_block_and_one_sent_twice_a_duplicate()
    {
        JobStore jobs = Work.Jobs(Work.EasyNBits);
        DownstreamChannel channel = Work.Channel(Work.Options() with { MaxTarget = U256.One, ShareBatchSize = 10 });
        SubmittedShare share = Work.Share(1);
        while (channel.Validate(share, jobs, Work.Now).Verdict != ShareVerdict.BlockFound)
            share = share with { Nonce = share.Nonce + 1 };
        ShareResult again = channel.Submit(share, jobs, Work.Now, out _);
        Assert.Equal(ShareVerdict.DuplicateShare, again.Verdict);
        Assert.Null(again.Solution);
    }

    [Fact]
    public void Solution_carries_the_mined_job_even_when_a_newer_one_is_active()
    {
        JobStore jobs = Work.Jobs(Work.EasyNBits, new UpstreamExtranonce(new byte[] { 0xaa, 0xbb }, 12));
        Job mined = jobs.Active!;
        Work.Next(jobs, templateId: 44);
        DownstreamChannel channel = Work.Channel();
        ShareResult result = default;
        for (uint nonce = 0; result.Verdict != ShareVerdict.BlockFound; nonce++)
            result = channel.Submit(Work.Share(mined.Id, nonce), jobs, Work.Now, out _);
        BlockSolution solution = result.Solution!;
        Assert.Equal(mined.TemplateId, solution.ToSubmitSolution().TemplateId);
        Assert.Equal("aabb" + "0000" + "0102" + new string('0', 16), Convert.ToHexStringLower(solution.ToPushSolution().Extranonce.Span));
        Assert.Equal((mined.Tip!.PrevHash, Work.EasyNBits), (solution.ToPushSolution().PrevHash, solution.ToPushSolution().NBits));
        Assert.Equal(result.Hash, solution.Header.Hash());
    }

    [Fact]
    public void Solution_that_does_not_belong_to_the_header_is_not_made()
    {
        JobStore jobs = Work.Jobs();
        Job job = jobs.Active!;
        var header = new BlockHeader(1, job.Tip!.PrevHash, job.MerkleRoot(new byte[10]), 1, 1, 1);
        Assert.NotNull(BlockSolution.TryCreate(job, header, header.Hash(), new byte[10]));
        Assert.Null(BlockSolution.TryCreate(job, header, header.Hash(), [.. new byte[9], 1]));
    }

    [Fact]
    public void Job_that_grants_less_than_the_channel_needs_is_unknown_to_it()
    {
        JobStore jobs = Work.Jobs(extranonce: new UpstreamExtranonce(new byte[4], 9));
        Assert.Equal(ShareVerdict.InvalidJobId, Work.Channel().Validate(Work.Share(1), jobs, Work.Now).Verdict);
    }

    [Fact]
    public void Share_goes_upstream_with_padding_local_prefix_and_rollable_part()
    {
        JobStore jobs = Work.Jobs(extranonce: new UpstreamExtranonce(new byte[] { 0xaa, 0xbb }, 14));
        DownstreamChannel channel = Work.Channel();
        SubmittedShare share = Work.Share(1) with { Extranonce = new byte[] { 9, 8, 7, 6, 5, 4, 3, 2 } };
        ShareResult result = channel.Submit(share, jobs, Work.Now, out _);
        UpstreamShare upstream = channel.ToUpstream(share, result);
        Assert.Equal("00000000" + "0102" + "0908070605040302", Convert.ToHexStringLower(upstream.Extranonce.Span));
        Assert.Equal(result.Hash, upstream.Hash);
        Assert.Equal("farm.1", upstream.UserIdentity);
    }

    [Fact]
    public void A_target_of_zero_lets_only_blocks_through_and_keeps_sums_finite()
    {
        JobStore jobs = Work.Jobs(Work.EasyNBits);
        DownstreamChannel channel = Work.Channel(Work.Options() with { MaxTarget = U256.Zero });
        int blocks = 0;
        for (uint nonce = 0; nonce < 20; nonce++)
        {
            ShareResult result = channel.Submit(Work.Share(1, nonce), jobs, Work.Now, out _);
            Assert.Contains(result.Verdict, new[] { ShareVerdict.BlockFound, ShareVerdict.DifficultyTooLow });
            blocks += result.Verdict == ShareVerdict.BlockFound ? 1 : 0;
            channel.OnTime(jobs, Work.Now + TimeSpan.FromSeconds(nonce));
        }

        Assert.InRange(blocks, 1, 19);
        Assert.True(double.IsFinite(channel.Accounting.WorkSum));
    }

    [Fact]
    public void Late_batch_is_acknowledged_by_time()
    {
        DownstreamChannel channel = Work.Channel(Work.Options() with { ShareBatchSize = 10 });
        Assert.Null(channel.Submit(Work.Share(1), Work.Jobs(), Work.Now, out _).Reply);
        Assert.Null(channel.Flush(Work.Now));
        Assert.Equal(new SubmitSharesSuccess(7, 1, 1, 0), channel.Flush(Work.Now + TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1e18, true)]
    [InlineData(-1, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void Stated_hash_rate_must_be_a_finite_number(double hashRate, bool valid) =>
        Assert.Equal(valid, ChannelOptions.IsValidHashRate(hashRate));
}
