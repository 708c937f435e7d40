namespace Simulation.Engine;

/// <summary>An invariant does not hold.</summary>
internal sealed class BrokenPromise(string invariant, string detail) : Exception($"{invariant}: {detail}")
{
    public string Invariant { get; } = invariant;

    public static void Unless(bool holds, string invariant, string detail)
    {
        if (!holds)
            throw new BrokenPromise(invariant, detail);
    }
}
