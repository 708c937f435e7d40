using System.Collections.Immutable;
using Testbed.Soak;

namespace Testbed.Tests;

public sealed class SoakReportTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(1000, false)]
    public void Memory_must_be_flat_after_the_first_sixth(int growthKbPerMinute, bool flat)
    {
        // Half an hour, a sample every ten seconds: five minutes of growing at the start are nothing unusual.
        ImmutableArray<SoakSample> samples =
        [
            .. Enumerable.Range(0, 180).Select(i => new SoakSample(
                10 * i, i < 30 ? 60_000 + (1000 * i) : 90_000 + ((i - 30) * growthKbPerMinute / 6) + (i % 2 * 500), 0)),
        ];

        Assert.Equal(flat, Report(samples).Problems.IsEmpty);
    }

    [Fact]
    public void Whatever_went_wrong_unseen_makes_a_soak_fail()
    {
        SoakReport good = Report([]);

        Assert.Empty(good.Problems);
        Assert.NotEmpty((good with { UnobservedExceptions = 1 }).Problems);
        Assert.NotEmpty((good with { EndingsWithoutReason = 1 }).Problems);
        Assert.NotEmpty((good with { ErrorLines = 1 }).Problems);
    }

    private static SoakReport Report(ImmutableArray<SoakSample> samples)
    {
        (long early, long late) = SoakReport.Medians(samples);
        return new SoakReport
        {
            Faults = 1,
            Changes = 1,
            RssEarlyKb = early,
            RssLateKb = late,
            RssMaxKb = late,
            UnobservedExceptions = 0,
            Endings = 1,
            EndingsWithoutReason = 0,
            ErrorLines = 0,
            Samples = samples,
        };
    }
}
