using Bitcoin;

namespace Sv2.Channels;

/// <summary>
/// Estimates a channel's hash rate from its accepted work, so that its target can follow. A pure function of the
/// shares, their targets and the time.
/// <para>
/// Work and elapsed time fade with one time constant, which makes a sliding window of constant size in memory. The
/// estimate changes when what was seen differs from what was expected by more than chance explains: the count of shares
/// is a Poisson number, and twice its square root has a deviation of 1 whatever the rate. While calibrating (after the
/// opening, an UpdateChannel, or a change by a large factor) weaker evidence and shorter times suffice; afterwards it
/// takes strong evidence and a difference worth acting on.
/// </para>
/// </summary>
public sealed class Vardiff
{
    private const double WindowShares = 40;
    private const double MinWindowSeconds = 60;
    private const double MaxWindowSeconds = 600;
    private const double CalibratingDeviations = 2.6;
    private const double StableDeviations = 3.2;
    private const double StableRatio = 1.25;
    private const double LargeRatio = 3;
    private const double SharesForRise = 10;
    private const double CalibratedAfter = 12;
    private const double MaxFall = 32;

    private readonly VardiffOptions _options;
    private readonly double _windowSeconds;
    private double _hashRate;
    private double _seconds;
    private double _work;
    private double _workSquared;
    private double _expected;
    private bool _calibrating = true;
    private DateTimeOffset _last;

    /// <summary>Starts from what the miner says.</summary>
    public Vardiff(VardiffOptions options, double nominalHashRate, DateTimeOffset now)
    {
        _options = options;
        _windowSeconds = Math.Clamp(60 * WindowShares / options.SharesPerMinute, MinWindowSeconds, MaxWindowSeconds);
        _hashRate = Clamp(nominalHashRate);
        _last = now;
    }

    /// <summary>The estimate, hashes per second.</summary>
    public double HashRate => _hashRate;

    /// <summary>Whether it is still looking for the right order of magnitude.</summary>
    public bool Calibrating => _calibrating;

    /// <summary>The target that the estimate leads to.</summary>
    public U256 Target => Bitcoin.HashRate.ToTarget(_hashRate, _options.SharesPerMinute) ?? U256.MaxValue;

    /// <summary>Begins anew from what the miner says now.</summary>
    public void Restart(double nominalHashRate, DateTimeOffset now)
    {
        _hashRate = Clamp(nominalHashRate);
        _calibrating = true;
        Forget(now);
    }

    /// <summary>Counts an accepted share.</summary>
    /// <param name="jobTarget">The target that its job asked for.</param>
    /// <param name="activeTarget">The target of the job that the miner is to work on now.</param>
    /// <param name="now">When it arrived.</param>
    /// <returns>Whether the estimate has changed.</returns>
    public bool OnShare(U256 jobTarget, U256 activeTarget, DateTimeOffset now)
    {
        Elapse(activeTarget, now);
        double work = Bitcoin.HashRate.HashesPerShare(jobTarget);
        _work += work;
        _workSquared += work * work;
        return Decide(activeTarget);
    }

    /// <summary>Lets time pass without a share; to be called every few seconds.</summary>
    /// <param name="activeTarget">The target of the job that the miner is to work on now.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether the estimate has changed.</returns>
    public bool OnTime(U256 activeTarget, DateTimeOffset now)
    {
        Elapse(activeTarget, now);
        return Decide(activeTarget);
    }

    /// <summary>Lets time pass that says nothing of the miner, as when it has no job.</summary>
    public void Skip(DateTimeOffset now) => _last = now > _last ? now : _last;

    private void Elapse(U256 activeTarget, DateTimeOffset now)
    {
        double passed = (now - _last).TotalSeconds;
        if (passed <= 0)
            return;
        _last = now;
        double fade = Math.Exp(-passed / _windowSeconds);
        double seen = _windowSeconds * (1 - fade);
        _seconds = (_seconds * fade) + seen;
        _work *= fade;
        _workSquared *= fade * fade;
        _expected = (_expected * fade) + (seen * _hashRate / Bitcoin.HashRate.HashesPerShare(activeTarget));
    }

    private bool Decide(U256 activeTarget)
    {
        double hashesPerShare = Bitcoin.HashRate.HashesPerShare(activeTarget);

        // Shares of unequal targets count as so many equal ones as have the same relative deviation.
        double shares = _work > 0 ? _work * _work / _workSquared : 0;
        double ratio = (_work + (PriorShares * hashesPerShare)) / ((_hashRate * _seconds) + (PriorShares * hashesPerShare));
        double expected = _work > 0 ? shares * _hashRate * _seconds / _work : _expected;
        double deviations = 2 * Math.Abs(Math.Sqrt(shares + 0.375) - Math.Sqrt(expected + 0.375));
        if (deviations < (_calibrating ? CalibratingDeviations : StableDeviations))
        {
            _calibrating &= expected < CalibratedAfter;
            return false;
        }

        if (ratio > 1 && shares < SharesForRise)
            return false;
        if (!_calibrating && ratio is < StableRatio and > 1 / StableRatio)
            return false;

        double before = _hashRate;
        _hashRate = Clamp(before * Math.Max(ratio, 1 / MaxFall));
        _calibrating = ratio is > LargeRatio or < 1 / LargeRatio;
        Forget(_last);
        return _hashRate != before;
    }

    // How many shares' worth of the old estimate weigh against what was seen.
    private double PriorShares => _calibrating ? 0.1 : 1;

    private void Forget(DateTimeOffset now)
    {
        _last = now;
        _seconds = _work = _workSquared = _expected = 0;
    }

    private double Clamp(double hashRate) =>
        double.IsNaN(hashRate) ? _options.MinHashRate : Math.Clamp(hashRate, _options.MinHashRate, _options.MaxHashRate);
}
