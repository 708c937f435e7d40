using Sv2.Protocol.Mining;
using Xunit;

namespace Sv2.Channels.Tests.Shares;

public sealed class ShareAccountingTests
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(5);

    [Fact]
    public void Full_batch_is_acknowledged_with_its_last_sequence_number_count_and_work()
    {
        var accounting = new ShareAccounting(7, 3, Age);
        Assert.Null(accounting.Accept(10, 1.5, 2, false, Work.Now));
        Assert.Null(accounting.Accept(11, 1.5, 9, false, Work.Now));
        Assert.Equal(new SubmitSharesSuccess(7, 12, 3, 4), accounting.Accept(12, 1.5, 3, false, Work.Now));
        Assert.Null(accounting.Accept(13, 2, 2, false, Work.Now));
        Assert.Equal(4UL, accounting.Accepted);
        Assert.Equal(6.5, accounting.WorkSum);
        Assert.Equal(9, accounting.BestDifficulty);
    }

    [Fact]
    public void Block_is_acknowledged_at_once_with_what_waits()
    {
        var accounting = new ShareAccounting(7, 10, Age);
        accounting.Accept(1, 1, 1, false, Work.Now);
        Assert.Equal(new SubmitSharesSuccess(7, 2, 2, 2), accounting.Accept(2, 1, 1e9, true, Work.Now));
        Assert.Equal(1UL, accounting.BlocksFound);
        Assert.Null(accounting.Accept(3, 1, 1, false, Work.Now));
        Assert.Equal(new SubmitSharesSuccess(7, 3, 1, 1), accounting.Flush(Work.Now + Age));
    }

    [Fact]
    public void Unfinished_batch_is_acknowledged_when_its_oldest_share_has_waited()
    {
        var accounting = new ShareAccounting(7, 10, Age);
        Assert.Null(accounting.FlushAt);
        Assert.Null(accounting.Flush(Work.Now));
        accounting.Accept(1, 1, 1, false, Work.Now);
        accounting.Accept(2, 1, 1, false, Work.Now + TimeSpan.FromSeconds(4));
        Assert.Equal(Work.Now + Age, accounting.FlushAt);
        Assert.Null(accounting.Flush(Work.Now + Age - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(new SubmitSharesSuccess(7, 2, 2, 2), accounting.Flush(Work.Now + Age));
        Assert.Null(accounting.Flush(Work.Now + (2 * Age)));
        Assert.Null(accounting.FlushAt);
    }

    [Fact]
    public void Refusals_are_counted_by_kind_and_wait_for_nothing()
    {
        var accounting = new ShareAccounting(7, 0, Age);
        accounting.Reject(ShareVerdict.StaleShare);
        accounting.Reject(ShareVerdict.StaleShare);
        accounting.Reject(ShareVerdict.DuplicateShare);
        Assert.Equal((3UL, 0UL), (accounting.Rejected, accounting.Accepted));
        Assert.Equal(
            (2UL, 1UL), (accounting.RejectedAs(ShareVerdict.StaleShare), accounting.RejectedAs(ShareVerdict.DuplicateShare)));
        Assert.Null(accounting.FlushAt);
        Assert.NotNull(accounting.Accept(1, 1, 1, false, Work.Now));
    }
}
