namespace Sv2.Channels;

/// <summary>What vardiff aims at and within which bounds.</summary>
public sealed record VardiffOptions
{
    /// <summary>Accepted shares a minute to aim at.</summary>
    public required double SharesPerMinute { get; init; }

    /// <summary>Lowest hash rate assumed of a channel, hashes per second, above 0: bounds how easy its target gets.</summary>
    public double MinHashRate { get; init; } = 1;

    /// <summary>Highest hash rate assumed of a channel, hashes per second: bounds how hard its target gets.</summary>
    public double MaxHashRate { get; init; } = 1e24;
}
