using Bitcoin;
using Xunit;

namespace Sv2.Channels.Tests.Downstream;

/// <summary>Miners of a known hash rate, finding shares at random from a seed.</summary>
public sealed class VardiffTests
{
    private const double True = 1e12;

    [Theory]
    [InlineData(6, 0.001)]
    [InlineData(6, 1000)]
    [InlineData(20, 0.001)]
    [InlineData(20, 1000)]
    [InlineData(60, 0.001)]
    [InlineData(60, 1000)]
    public void From_a_thousand_times_wrong_it_is_right_within_two_minutes_and_stays(double sharesPerMinute, double wrong)
    {
        int late = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            var miner = new Miner(sharesPerMinute, True * wrong, seed);
            miner.MineUntil(120, True);
            late += IsNear(miner.Estimate) ? 0 : 1;
            miner.MineUntil(600, True);
            Assert.True(IsNear(miner.Estimate), $"seed {seed}: {miner.Estimate:e3} after ten minutes");
            int changes = miner.Changes;
            int shares = miner.Shares;
            miner.MineUntil(600 + 7200, True);
            Assert.InRange((miner.Shares - shares) / 120.0 / sharesPerMinute, 0.7, 1.4);
            Assert.InRange(miner.Changes - changes, 0, 6);
        }

        Assert.InRange(late, 0, 3);
    }

    [Fact]
    public void A_thousand_times_too_easy_start_costs_few_shares()
    {
        var miner = new Miner(6, True / 1000, 1);
        miner.MineUntil(60, True);
        Assert.InRange(miner.Shares, 1, 60);
    }

    [Fact]
    public void Right_from_the_start_it_hardly_moves()
    {
        int changes = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            var miner = new Miner(6, True, seed);
            miner.MineUntil(7200, True);
            changes += miner.Changes;
        }

        Assert.InRange(changes, 0, 20);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(0.1)]
    [InlineData(2)]
    [InlineData(0.5)]
    public void It_follows_a_miner_that_changes(double factor)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            var miner = new Miner(20, True, seed);
            miner.MineUntil(3600, True);
            miner.MineUntil(3600 + 420, True * factor);
            Assert.InRange(miner.Estimate / True / factor, 0.5, 2);
        }
    }

    [Fact]
    public void Silence_leads_to_the_floor_and_a_flood_to_the_ceiling()
    {
        var silent = new Miner(6, True, 1, new VardiffOptions { SharesPerMinute = 6, MinHashRate = True / 50 });
        silent.MineUntil(3600, 0);
        Assert.Equal(True / 50, silent.Estimate);

        var flooding = new Miner(6, True, 1, new VardiffOptions { SharesPerMinute = 6, MaxHashRate = True * 2 });
        flooding.MineUntil(60, True * 100);
        Assert.Equal(True * 2, flooding.Estimate);
    }

    [Fact]
    public void Shares_still_coming_for_an_easy_job_do_not_shake_the_estimate()
    {
        // The target is right since a moment; a thousand times too easy shares of the job before still arrive.
        var vardiff = new Vardiff(new VardiffOptions { SharesPerMinute = 6 }, True, Work.Now);
        U256 easy = HashRate.ToTarget(True / 1000, 6)!.Value;
        for (int i = 1; i <= 100; i++)
            Assert.False(vardiff.OnShare(easy, vardiff.Target, Work.Now + TimeSpan.FromMilliseconds(10 * i)));
    }

    [Fact]
    public void Time_without_a_job_says_nothing()
    {
        var vardiff = new Vardiff(new VardiffOptions { SharesPerMinute = 6 }, True, Work.Now);
        vardiff.Skip(Work.Now + TimeSpan.FromHours(1));
        Assert.False(vardiff.OnTime(vardiff.Target, Work.Now + TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1)));
        Assert.Equal(True, vardiff.HashRate);
    }

    [Fact]
    public void Clock_that_steps_back_changes_nothing()
    {
        var vardiff = new Vardiff(new VardiffOptions { SharesPerMinute = 6 }, True, Work.Now);
        Assert.False(vardiff.OnTime(vardiff.Target, Work.Now - TimeSpan.FromDays(1)));
        Assert.Equal(True, vardiff.HashRate);
    }

    [Fact]
    public void Channel_counts_accepted_work_only_and_keeps_to_the_miners_maximum_target()
    {
        JobStore jobs = Work.Jobs();
        U256 maxTarget = U256.MaxValue >> 8;
        DownstreamChannel channel = Work.Channel(Work.Options() with
        {
            VardiffEnabled = true,
            NominalHashRate = 1e9,
            MaxTarget = maxTarget,
            Vardiff = new VardiffOptions { SharesPerMinute = 6 },
        });
        U256 before = channel.Target;

        // A flood of refused shares is no work: silence is what vardiff sees, and the target gets easier.
        bool changed = false;
        for (int second = 1; second <= 60; second++)
        {
            for (uint i = 0; i < 100; i++)
                channel.Submit(Work.Share(99, i), jobs, Work.Now + TimeSpan.FromSeconds(second), out _);
            changed |= channel.OnTime(jobs, Work.Now + TimeSpan.FromSeconds(second));
            if (changed)
                break;
        }

        Assert.True(changed);
        Assert.True(channel.Target > before);
        for (int minute = 1; minute < 600; minute++)
        {
            jobs.Reissue(jobs.Active!);
            channel.OnTime(jobs, Work.Now + TimeSpan.FromMinutes(minute));
        }

        Assert.Equal(maxTarget, channel.Target);
    }

    private static bool IsNear(double estimate) => estimate is > True / 2 and < True * 2;

    private sealed class Miner
    {
        private const double TickSeconds = 5;

        private readonly Vardiff _vardiff;
        private readonly Random _random;
        private U256 _active;
        private double _now;
        private double _nextTick = TickSeconds;

        internal Miner(double sharesPerMinute, double nominalHashRate, int seed, VardiffOptions? options = null)
        {
            _vardiff = new Vardiff(options ?? new VardiffOptions { SharesPerMinute = sharesPerMinute }, nominalHashRate, Work.Now);
            _random = new Random(seed);
            _active = _vardiff.Target;
        }

        internal double Estimate => _vardiff.HashRate;

        internal int Changes { get; private set; }

        internal int Shares { get; private set; }

        internal void MineUntil(double seconds, double hashRate)
        {
            while (_now < seconds)
            {
                double share = _now - (Math.Log(1 - _random.NextDouble()) * HashRate.HashesPerShare(_active) / hashRate);
                bool isShare = share < _nextTick;
                _now = isShare ? share : _nextTick;
                DateTimeOffset now = Work.Now + TimeSpan.FromSeconds(_now);
                bool changed = isShare ? _vardiff.OnShare(_active, _active, now) : _vardiff.OnTime(_active, now);
                Shares += isShare ? 1 : 0;
                _nextTick += isShare ? 0 : TickSeconds;
                if (!changed)
                    continue;
                Changes++;
                _active = _vardiff.Target;
            }
        }
    }
}
