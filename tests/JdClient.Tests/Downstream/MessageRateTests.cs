using JdClient.Configuration;
using JdClient.Downstream;
using Microsoft.Extensions.Time.Testing;

namespace JdClient.Tests.Downstream;

public sealed class MessageRateTests
{
    private static readonly LimitConfiguration Limits = new()
    {
        MessagesPerSecond = 10,
        MessagesPerSecondPerChannel = 2,
        FloodTimeout = TimeSpan.FromSeconds(30),
    };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Ten_seconds_worth_may_come_at_once_and_then_no_more_than_the_rate()
    {
        var rate = new MessageRate(Limits, 6, _time);
        Assert.Equal(100, Enumerable.Range(0, 1000).TakeWhile(_ => rate.Take() == TimeSpan.Zero).Count());

        // A peer that always has the next message ready.
        int taken = 0;
        DateTimeOffset end = _time.GetUtcNow() + TimeSpan.FromSeconds(20);
        while (_time.GetUtcNow() < end)
        {
            taken++;
            _time.Advance(rate.Take());
        }

        Assert.InRange(taken, 195, 205);
    }

    [Fact]
    public void Every_channel_adds_to_the_rate_and_takes_it_along_when_it_closes()
    {
        var rate = new MessageRate(Limits, 6, _time);
        rate.ChangeChannels(4096);
        Assert.Equal(10 + (4096 * 2), rate.PerSecond);
        rate.ChangeChannels(-4096);
        Assert.Equal(10, rate.PerSecond);
    }

    [Fact]
    public void A_channel_may_always_send_four_times_the_shares_that_vardiff_aims_at()
    {
        var rate = new MessageRate(Limits, 6000, _time);
        rate.ChangeChannels(1);
        Assert.Equal(10 + 400, rate.PerSecond);
    }

    [Fact]
    public void Who_is_held_back_without_a_pause_floods_and_who_pauses_does_not()
    {
        var flooding = new MessageRate(Limits, 6, _time);
        var bursting = new MessageRate(Limits, 6, _time);
        for (int second = 0; second < 29; second++)
        {
            Send(flooding, 100);
            Send(bursting, second is 0 or 20 ? 110 : 1);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(flooding.IsFlooding);
        for (int second = 0; second < 5; second++)
        {
            Send(flooding, 100);
            Send(bursting, 1);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(flooding.IsFlooding);
        Assert.False(bursting.IsFlooding);
    }

    // As the session does: stops while it is held back.
    private static void Send(MessageRate rate, int messages)
    {
        for (int i = 0; i < messages && rate.Take() == TimeSpan.Zero; i++)
        {
        }
    }
}
