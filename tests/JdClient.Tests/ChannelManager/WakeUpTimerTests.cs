using JdClient.ChannelManager;
using Microsoft.Extensions.Time.Testing;

namespace JdClient.Tests.ChannelManager;

public sealed class WakeUpTimerTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private int _fired;

    [Fact]
    public void It_fires_at_the_deadline_and_not_before()
    {
        using WakeUpTimer timer = Create();
        timer.Arm(_time.GetUtcNow() + TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(timer.TakeFired());
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(timer.TakeFired());
        Assert.False(timer.TakeFired());
        Assert.Equal(1, _fired);
    }

    [Fact]
    public void An_earlier_deadline_replaces_a_later_one_and_not_the_other_way_round()
    {
        using WakeUpTimer timer = Create();
        timer.Arm(_time.GetUtcNow() + TimeSpan.FromSeconds(10));
        timer.Arm(_time.GetUtcNow() + TimeSpan.FromSeconds(1));
        timer.Arm(_time.GetUtcNow() + TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(timer.TakeFired());
    }

    [Fact]
    public void After_it_fired_it_can_be_set_again_and_a_deadline_in_the_past_fires_at_once()
    {
        using WakeUpTimer timer = Create();
        timer.Arm(_time.GetUtcNow() - TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(timer.TakeFired());
        timer.Arm(_time.GetUtcNow() + TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(timer.TakeFired());
    }

    private WakeUpTimer Create() => new(_time, () => _fired++);
}
