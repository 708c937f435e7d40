using Sv2.Protocol.Mining;
using Xunit;

namespace Sv2.Channels.Tests.Upstream;

public sealed class OutstandingSharesTests
{
    private readonly OutstandingShares _shares = new();

    [Fact]
    public void Acknowledgement_answers_everything_up_to_its_number()
    {
        Send(5);
        _shares.OnSuccess(new SubmitSharesSuccess(1, 3, 3, 30));
        Assert.Equal((2, 3UL, 30.0), (_shares.Waiting, _shares.Accepted, _shares.AcceptedWork));
        Assert.Null(_shares.OnError(Error(3)));
        Assert.Equal(new OutstandingShare(4, 40, 4, "4"), _shares.OnError(Error(4)));
        Assert.Equal(1, _shares.Waiting);
    }

    [Fact]
    public void Refusal_finds_its_share_once()
    {
        Send(3);
        Assert.Equal(2u, _shares.OnError(Error(2, "stale-share"))!.Value.SequenceNumber);
        Assert.Null(_shares.OnError(Error(2, "stale-share")));
        Assert.Equal((2, 2UL, 2UL), (_shares.Waiting, _shares.Rejected, _shares.RejectedByCode["stale-share"]));
        _shares.OnSuccess(new SubmitSharesSuccess(1, 3, 2, 2));
        Assert.Equal(0, _shares.Waiting);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(6u)]
    [InlineData(uint.MaxValue)]
    public void Numbers_that_were_never_sent_answer_nothing(uint sequence)
    {
        Send(5);
        _shares.OnSuccess(new SubmitSharesSuccess(1, sequence, 1, 1));
        Assert.Null(_shares.OnError(Error(sequence)));
        Assert.Equal(5, _shares.Waiting);
    }

    [Fact]
    public void Pool_that_never_answers_costs_bounded_memory()
    {
        Send(OutstandingShares.Capacity + 10);
        Assert.Equal((OutstandingShares.Capacity, 10UL), (_shares.Waiting, _shares.Forgotten));
        Assert.Null(_shares.OnError(Error(10)));
        Assert.Equal(11u, _shares.OnError(Error(11))!.Value.SequenceNumber);
        _shares.OnSuccess(new SubmitSharesSuccess(1, OutstandingShares.Capacity + 10, 1, 1));
        Assert.Equal(0, _shares.Waiting);
        Assert.Equal((uint)OutstandingShares.Capacity + 11, _shares.Add(1, 1, null));
    }

    [Fact]
    public void Error_codes_are_counted_by_name_up_to_a_bound()
    {
        for (int i = 0; i < OutstandingShares.MaxCodes + 5; i++)
            _shares.OnError(Error(1, $"code-{i}"));
        Assert.Equal(OutstandingShares.MaxCodes + 1, _shares.RejectedByCode.Count);
        Assert.Equal(5UL, _shares.RejectedByCode[OutstandingShares.OtherCode]);
        _shares.OnError(Error(1, "code-3"));
        Assert.Equal(2UL, _shares.RejectedByCode["code-3"]);
    }

    private static SubmitSharesError Error(uint sequence, string code = "stale-share") => new(1, sequence, code);

    private void Send(int count)
    {
        for (uint i = 1; i <= count; i++)
            Assert.Equal(i, _shares.Add(i * 10, i, i < 100 ? $"{i}" : null));
    }
}
