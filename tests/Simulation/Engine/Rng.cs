namespace Simulation.Engine;

/// <summary>Repeatable randomness (SplitMix64): the only source of chance in a run.</summary>
internal sealed class Rng(ulong seed)
{
    private ulong _state = seed * 0xd1342543de82ef95;

    public ulong Next()
    {
        _state += 0x9e3779b97f4a7c15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    public int Below(int limit) => (int)((Next() >> 33) % (uint)limit);

    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>A time with the given mean, exponentially distributed.</summary>
    public TimeSpan Time(double meanSeconds) => TimeSpan.FromTicks((long)(-Math.Log(1 - Unit()) * meanSeconds * TimeSpan.TicksPerSecond));

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];
}
