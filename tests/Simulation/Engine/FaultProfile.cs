namespace Simulation.Engine;

/// <summary>How bad the world of a seed is: drawn once, so that quiet and wild worlds both occur.</summary>
internal sealed class FaultProfile(Rng rng)
{
    /// <summary>Mean seconds between faults.</summary>
    public double FaultPause { get; } = 0.3 + (rng.Unit() * 5);

    /// <summary>Mean seconds until a peer answers.</summary>
    public double Delay { get; } = rng.Chance(0.5) ? 0.02 : 0.3;

    /// <summary>Probability that one answer is a refusal.</summary>
    public double Refusal { get; } = rng.Chance(0.5) ? 0.01 : 0.08;

    /// <summary>Probability that an answer comes twice.</summary>
    public double Duplicate { get; } = 0.02;

    /// <summary>Mean seconds between shares of one miner.</summary>
    public double SharePause { get; } = 0.1 + rng.Unit();

    /// <summary>Mean seconds between templates of one provider.</summary>
    public double TemplatePause { get; } = 1 + (rng.Unit() * 8);
}
