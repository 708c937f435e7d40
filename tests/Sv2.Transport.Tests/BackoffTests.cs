namespace Sv2.Transport.Tests;

public class BackoffTests
{
    private static readonly Backoff Policy = new() { Initial = TimeSpan.FromSeconds(1), Maximum = TimeSpan.FromSeconds(60) };

    [Theory]
    [InlineData(0, 0, 0.5)]
    [InlineData(0, 1, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(3, 0.5, 6)]
    [InlineData(5, 1, 32)]
    [InlineData(6, 1, 60)]
    [InlineData(6, 0, 30)]
    [InlineData(1000, 1, 60)]
    [InlineData(int.MaxValue, 1, 60)]
    [InlineData(-1, 1, 1)]
    [InlineData(0, 7, 1)]
    [InlineData(0, double.NaN, 0.5)]
    public void The_wait_doubles_up_to_its_maximum_and_is_drawn_from_the_upper_half(int failures, double random, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Policy.Delay(failures, random));
}
