using JdClient.Configuration;
using JdClient.Logging;
using Microsoft.Extensions.Time.Testing;

namespace JdClient.Tests.Logging;

public sealed class LineLimiterTests
{
    private static readonly LimitConfiguration Limits = new() { LogBurst = 40, LogLinesPerSecond = 2 };

    [Fact]
    public void A_flood_of_one_kind_is_cut_counted_and_does_not_touch_other_kinds()
    {
        var time = new FakeTimeProvider();
        var limiter = new LineLimiter(Limits, time);

        Assert.Equal(Limits.LogBurst, Enumerable.Range(0, 1000).Count(_ => limiter.TryTake(1, out long _)));
        Assert.True(limiter.TryTake(2, out _));
        time.Advance(TimeSpan.FromSeconds(1 / Limits.LogLinesPerSecond));
        Assert.True(limiter.TryTake(1, out long leftOut));
        Assert.Equal(1000 - Limits.LogBurst, leftOut);
        Assert.False(limiter.TryTake(1, out _));
        Assert.Equal([(1, 1L)], limiter.TakeLeftOut());
        Assert.Empty(limiter.TakeLeftOut());
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two\nlines\r\u001b[31m\u2028x", "two?lines??[31m?x")]
    public void Peers_text_has_no_control_characters(string text, string shown) => Assert.Equal(shown, Readable.Text(text));

    [Fact]
    public void Peers_text_is_cut() => Assert.Equal(101, Readable.Text(new string('x', 5000)).Length);

    [Theory]
    [InlineData(0, "0 H/s")]
    [InlineData(999, "999 H/s")]
    [InlineData(1_500, "1.5 kH/s")]
    [InlineData(1.1e14, "110 TH/s")]
    [InlineData(1e30, "1000000000 ZH/s")]
    public void Hash_rates_have_a_unit(double rate, string text) => Assert.Equal(text, Readable.HashRate(rate));
}
