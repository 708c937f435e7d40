using Bitcoin;

namespace Sv2.Channels;

/// <summary>
/// Estimates a channel's hash rate from its accepted work, so that its target can follow. A pure function of the
/// shares, their targets and the time.
/// <para>
/// Shares and the time in which they could be found are kept in a short and a long window, both fading exponentially.
/// The estimate changes when the count of shares in a window differs from the expected one by more than chance
/// explains; for that, twice the square root of a Poisson number has a deviation of 1 whatever its mean. The long window
/// makes the estimate exact, the short one sees a miner that has changed. After the opening and after an UpdateChannel
/// weaker evidence suffices until the order of magnitude is found.
/// </para>
/// </summary>
public sealed class Vardiff
{
    private const double CalibratingDeviations = 2.6;
    private const double ShortDeviations = 3.8;
    private const double LongDeviations = 3;
    private const double LongRatio = 1.2;
    private const double SharesForRise = 10;
    private const double CalibratedAfter = 12;
    private const double MaxFall = 128;

    private readonly VardiffOptions _options;
    private double _hashRate;
    private Window _short;
    private Window _long;
    private bool _calibrating = true;
    private DateTimeOffset _last;

    /// <summary>Starts from what the miner says.</summary>
    public Vardiff(VardiffOptions options, double nominalHashRate, DateTimeOffset now)
    {
        _options = options;
        double secondsPerShare = 60 / options.SharesPerMinute;
        _short = new Window(Math.Clamp(8 * secondsPerShare, 10, 120));
        _long = new Window(Math.Clamp(40 * secondsPerShare, 60, 600));
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
        _short.Clear();
        _long.Clear();
        _last = now;
    }

    /// <summary>Counts an accepted share.</summary>
    /// <param name="jobTarget">The target that its job asked for.</param>
    /// <param name="activeTarget">The target of the job that the miner is to work on now.</param>
    /// <param name="now">When it arrived.</param>
    /// <returns>Whether the estimate has changed.</returns>
    public bool OnShare(U256 jobTarget, U256 activeTarget, DateTimeOffset now)
    {
        Elapse(activeTarget, now);

        // A late share of a job with an easier target proves less work. One of a harder job proves more, but so rarely
        // that counting it for one costs nothing, and counting it for more would let it shake the estimate.
        double weight = jobTarget == activeTarget
            ? 1
            : Math.Min(1, Bitcoin.HashRate.HashesPerShare(jobTarget) / Bitcoin.HashRate.HashesPerShare(activeTarget));
        _short.Shares += weight;
        _long.Shares += weight;
        return Decide();
    }

    /// <summary>Lets time pass without a share; to be called every few seconds.</summary>
    /// <param name="activeTarget">The target of the job that the miner is to work on now.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether the estimate has changed.</returns>
    public bool OnTime(U256 activeTarget, DateTimeOffset now)
    {
        Elapse(activeTarget, now);
        return Decide();
    }

    /// <summary>Lets time pass that says nothing of the miner, as when it has no job.</summary>
    public void Skip(DateTimeOffset now) => _last = now > _last ? now : _last;

    private void Elapse(U256 activeTarget, DateTimeOffset now)
    {
        double seconds = (now - _last).TotalSeconds;
        if (seconds <= 0)
            return;
        _last = now;
        double hashesPerShare = Bitcoin.HashRate.HashesPerShare(activeTarget);
        _short.Elapse(seconds, hashesPerShare);
        _long.Elapse(seconds, hashesPerShare);
    }

    private bool Decide()
    {
        double before = _hashRate;
        if (Differs(_short, _calibrating ? CalibratingDeviations : ShortDeviations))
        {
            Adopt(_short);

            // The miner is another one than before: what the long window holds from then would only mislead.
            _long.StartFrom(_short);
        }
        else if (Differs(_long, _calibrating ? CalibratingDeviations : LongDeviations))
        {
            double ratio = _long.Shares / (_hashRate * _long.Exposure);
            if (ratio is < LongRatio and > 1 / LongRatio)
                return false;
            Adopt(_long);
        }
        else
        {
            _calibrating &= _hashRate * _long.Exposure < CalibratedAfter;
        }

        return _hashRate != before;
    }

    private bool Differs(in Window window, double deviations)
    {
        double expected = _hashRate * window.Exposure;
        if (window.Shares > expected && window.Shares < SharesForRise)
            return false;
        return 2 * Math.Abs(Math.Sqrt(window.Shares + 0.375) - Math.Sqrt(expected + 0.375)) > deviations;
    }

    private void Adopt(in Window window)
    {
        // The old estimate weighs against what was seen like a share, or, while it may be wrong by orders of magnitude,
        // like a small part of one.
        double prior = _calibrating ? 0.03 : 1;
        double ratio = (window.Shares + prior) / ((_hashRate * window.Exposure) + prior);
        _hashRate = Clamp(_hashRate * Math.Max(ratio, 1 / MaxFall));
    }

    private double Clamp(double hashRate) =>
        double.IsNaN(hashRate) ? _options.MinHashRate : Math.Clamp(hashRate, _options.MinHashRate, _options.MaxHashRate);

    /// <summary>Fading sums: shares, and the time in which they could be found, divided by the hashes for one.</summary>
    private struct Window(double seconds)
    {
        private readonly double _seconds = seconds;

        internal double Shares { get; set; }

        internal double Exposure { get; private set; }

        internal void Elapse(double seconds, double hashesPerShare)
        {
            double fade = Math.Exp(-seconds / _seconds);
            Shares *= fade;
            Exposure = (Exposure * fade) + (_seconds * (1 - fade) / hashesPerShare);
        }

        internal void StartFrom(in Window other) => (Shares, Exposure) = (other.Shares, other.Exposure);

        internal void Clear() => (Shares, Exposure) = (0, 0);
    }
}
