using Bitcoin;
using Sv2.Protocol.Mining;
using Xunit;

namespace Sv2.Channels.Tests.Upstream;

public sealed class UpstreamChannelTests
{
    private static readonly UpstreamExtranonce Grant = new(new byte[4], 16);
    private static readonly U256 Target = Hash(1000);

    private readonly JobStore _jobs = Work.Jobs();
    private readonly UpstreamChannel _channel = new(5, Grant, Target);

    private Job Job => _jobs.Active!;

    [Fact]
    public void Share_goes_out_under_the_pools_job_id_with_our_own_counter()
    {
        _channel.AddJob(93, Job);
        UpstreamShare share = Work.Forwardable(Job, Hash(7));
        Assert.Equal(ForwardVerdict.Send, _channel.Forward(share, null, out SubmitSharesExtended? first));
        Assert.Equal(new SubmitSharesExtended(5, 1, 93, share.Nonce, share.NTime, share.Version, share.Extranonce), first);
        Assert.Equal(ForwardVerdict.Send, _channel.Forward(share with { Hash = Hash(8) }, null, out SubmitSharesExtended? second));
        Assert.Equal(2u, second!.SequenceNumber);
    }

    // The reference's client wants less than the target, its server takes less or equal.
    [Theory]
    [InlineData(1000UL, ForwardVerdict.Send)]
    [InlineData(1001UL, ForwardVerdict.AboveTarget)]
    public void Share_is_sent_when_its_hash_is_not_above_the_pools_target(ulong hash, ForwardVerdict expected)
    {
        _channel.AddJob(93, Job);
        Assert.Equal(expected, _channel.Forward(Work.Forwardable(Job, Hash(hash)), null, out SubmitSharesExtended? message));
        Assert.Equal(expected == ForwardVerdict.Send, message is not null);
        Assert.Equal(expected == ForwardVerdict.Send ? 0UL : 1UL, _channel.AboveTarget);
    }

    [Fact]
    public void Refused_shares_do_not_use_up_sequence_numbers_and_duplicates_are_sent_once()
    {
        _channel.AddJob(93, Job);
        UpstreamShare share = Work.Forwardable(Job, Hash(7));
        _channel.Forward(share with { Hash = U256.MaxValue }, null, out _);
        _channel.Forward(share, null, out SubmitSharesExtended? message);
        Assert.Equal(1u, message!.SequenceNumber);
        Assert.Equal(ForwardVerdict.Duplicate, _channel.Forward(share, null, out message));
        Assert.Null(message);
        Assert.Equal((1UL, 1UL), (_channel.Duplicates, _channel.Shares.Sent));
    }

    [Fact]
    public void Block_goes_to_the_pool_even_above_its_target()
    {
        JobStore easy = Work.Jobs(Work.EasyNBits);
        var channel = new UpstreamChannel(5, Grant, U256.One);
        channel.AddJob(93, easy.Active!);
        Assert.Equal(ForwardVerdict.Send, channel.Forward(Work.Forwardable(easy.Active!, easy.Tip!.NetworkTarget), null, out _));
    }

    [Fact]
    public void Unacknowledged_job_has_no_shares_at_the_pool()
    {
        _channel.AddJob(93, Job);
        Job next = Work.Next(_jobs);
        Assert.False(_channel.HasJob(next.Id));
        Assert.Equal(ForwardVerdict.NoJob, _channel.Forward(Work.Forwardable(next, U256.One), null, out _));
        _channel.AddJob(94, next);
        _channel.Forward(Work.Forwardable(next, U256.One), null, out SubmitSharesExtended? message);
        Assert.Equal(94u, message!.JobId);

        // The one before stays good on the same tip.
        Assert.Equal(ForwardVerdict.Send, _channel.Forward(Work.Forwardable(_jobs.Live.First(), U256.Zero), null, out _));
    }

    [Fact]
    public void Job_keeps_the_target_it_was_acknowledged_with()
    {
        _channel.AddJob(93, Job);
        _channel.SetTarget(Hash(10));
        Assert.Equal(ForwardVerdict.Send, _channel.Forward(Work.Forwardable(Job, Hash(500)), null, out _));
        Job next = Work.Next(_jobs);
        _channel.AddJob(94, next);
        Assert.Equal(ForwardVerdict.AboveTarget, _channel.Forward(Work.Forwardable(next, Hash(501)), null, out _));
    }

    [Fact]
    public void New_tip_forgets_jobs_and_a_job_of_it_is_taken()
    {
        _channel.AddJob(93, Job);
        Job old = Job;
        _channel.SetTip(old.Tip!.PrevHash);
        Assert.True(_channel.HasJob(old.Id));
        _jobs.AddFuture(Work.Template(2), Work.Cut());
        Job next = _jobs.SetTip(Work.Tip(2), 2)!;
        _channel.AddJob(94, next);
        Assert.False(_channel.HasJob(old.Id));
        Assert.True(_channel.HasJob(next.Id));
        _channel.SetTip(U256.From(99UL));
        Assert.Equal(ForwardVerdict.NoJob, _channel.Forward(Work.Forwardable(next, U256.One), null, out _));
    }

    [Fact]
    public void Future_job_cannot_be_acknowledged() =>
        Assert.Throws<ArgumentException>(() => _channel.AddJob(1, _jobs.AddFuture(Work.Template(9), Work.Cut())));

    [Fact]
    public void Acknowledged_jobs_are_bounded()
    {
        Job first = Job;
        for (uint i = 0; i <= UpstreamChannel.MaxJobs; i++)
            _channel.AddJob(i, _jobs.Reissue(first));
        Assert.False(_channel.HasJob(first.Id + 1));
        Assert.True(_channel.HasJob(first.Id + 2));
        Assert.True(_channel.HasJob(_jobs.Active!.Id));
    }

    [Fact]
    public void New_prefix_counts_for_later_jobs_and_tells_whether_the_grant_still_fits()
    {
        Assert.True(_channel.SetExtranoncePrefix(new byte[16], 10));
        Assert.Equal(16, _channel.Extranonce.Prefix.Length);
        Assert.False(_channel.SetExtranoncePrefix(new byte[17], 10));
        Assert.False(_channel.SetExtranoncePrefix(new byte[2], 17));
    }

    // Far above the network's target, so that none of them is a block.
    private static U256 Hash(ulong low) => new(low, 0, 0, 1UL << 40);
}
