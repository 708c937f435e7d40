using Sv2.Protocol.Mining;
using Sv2.Transport.Internal;

namespace Sv2.Transport.Tests;

public class OutboxTests
{
    [Fact]
    public void What_is_added_wakes_nobody_before_it_is_let_out()
    {
        var outbox = new Outbox(4);
        ValueTask<bool> wait = outbox.WaitAsync();

        Assert.True(outbox.TryAdd(Share(1)));
        Assert.True(outbox.TryAdd(Share(2)));
        Assert.False(wait.IsCompleted);
        outbox.Wake();

        Assert.True(wait.IsCompletedSuccessfully);
        Assert.Equal([Share(1), Share(2)], TakeAll(outbox));
    }

    [Fact]
    public void To_wake_it_for_nothing_or_twice_does_nothing()
    {
        var outbox = new Outbox(4);
        ValueTask<bool> wait = outbox.WaitAsync();
        outbox.Wake();
        Assert.False(wait.IsCompleted);

        Assert.True(outbox.TryAdd(Share(1)));
        outbox.Wake();
        outbox.Wake();

        Assert.True(wait.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_full_one_takes_no_more_until_something_is_taken()
    {
        var outbox = new Outbox(1);
        Assert.True(outbox.TryAdd(Share(1)));
        Assert.False(outbox.TryAdd(Share(2)));

        Assert.True(outbox.TryTake(out _));

        Assert.True(outbox.TryAdd(Share(3)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Completing_it_wakes_the_loop_for_what_was_not_let_out_yet_and_then_ends_it(bool holdsSome)
    {
        var outbox = new Outbox(4);
        ValueTask<bool> wait = outbox.WaitAsync();
        if (holdsSome)
            Assert.True(outbox.TryAdd(Share(1)));

        outbox.Complete();

        Assert.Equal(holdsSome, await wait);
        Assert.False(outbox.TryAdd(Share(2)));
        Assert.Equal(holdsSome ? 1 : 0, TakeAll(outbox).Count);
        Assert.False(await outbox.WaitAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_many_writers_that_add_and_wake_nothing_is_lost_and_each_keeps_its_order()
    {
        const int Writers = 4;
        const uint Each = 5_000;
        CancellationToken token = TestContext.Current.CancellationToken;
        var outbox = new Outbox(int.MaxValue);
        Task writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            () =>
            {
                for (uint i = 1; i <= Each; i++)
                {
                    Assert.True(outbox.TryAdd(new Outgoing(Messages.Share(i), writer)));
                    if (i % 3 == 0 || i == Each)
                        outbox.Wake();
                }
            },
            token)));
        var last = new uint[Writers];

        while (last.Any(sequence => sequence < Each))
        {
            Assert.True(await outbox.WaitAsync());
            while (outbox.TryTake(out Outgoing taken))
                Assert.Equal(++last[taken.Cause], ((SubmitSharesExtended)taken.Message).SequenceNumber);
        }

        await writing;
    }

    private static Outgoing Share(uint sequence) => new(new SubmitSharesError(1, sequence, "x"), 0);

    private static List<Outgoing> TakeAll(Outbox outbox)
    {
        List<Outgoing> taken = [];
        while (outbox.TryTake(out Outgoing message))
            taken.Add(message);
        return taken;
    }
}
