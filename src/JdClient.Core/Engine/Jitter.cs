namespace JdClient.Core.Engine;

/// <summary>Repeatable randomness for retry times (SplitMix64). Not for secrets.</summary>
internal sealed class Jitter(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Lengthens or shortens a time by at most <paramref name="share"/> of it.</summary>
    public TimeSpan Around(TimeSpan time, double share) => time * (1 + (share * ((2 * Unit()) - 1)));

    // 0 to 1.
    private double Unit()
    {
        _state += 0x9e3779b97f4a7c15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
