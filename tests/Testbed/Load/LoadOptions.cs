using System.Collections.Immutable;

namespace Testbed.Load;

/// <summary>What is measured.</summary>
public sealed record LoadOptions
{
    /// <summary>Connections, an extended channel each.</summary>
    public int Miners { get; init; } = 1000;

    /// <summary>Shares a second of all together; 0 leaves the shares out.</summary>
    public int SharesPerSecond { get; init; } = 1000;

    /// <summary>New tips, and as many fee updates.</summary>
    public int Tips { get; init; } = 10;

    /// <summary>
    /// Only a storm: the daemon is killed and started again, and all miners come back at once.
    /// </summary>
    public bool Storm { get; init; }

    /// <summary>
    /// This part of the miners is hostile in a second measurement of the shares: slow readers, senders of garbage, share flooders.
    /// </summary>
    public double HostileShare { get; init; }

    /// <summary>
    /// Requests a second to the monitoring interface, to each of its routes in turn, in another measurement of the shares; 0 leaves it out.
    /// </summary>
    public int RequestsPerSecond { get; init; }

    /// <summary>Whether each route is asked for alone, for as long as shares are measured, one after the other.</summary>
    public bool EachRoute { get; init; }

    /// <summary>How long shares are sent.</summary>
    public TimeSpan ShareTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Shares are looked at in windows of this length: what the machine does beside us shows in some of them and not in the median.
    /// </summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Transactions of a template.</summary>
    public int TransactionCount { get; init; } = 2000;

    /// <summary>The program to measure; null is this repository's daemon.</summary>
    public ImmutableArray<string>? DaemonCommand { get; init; }
}
