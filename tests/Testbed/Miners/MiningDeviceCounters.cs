using System.Collections.Immutable;

namespace Testbed.Miners;

/// <summary>What a mining device has done and seen.</summary>
public sealed record MiningDeviceCounters
{
    public int Connections { get; init; }

    public int ConnectFailures { get; init; }

    /// <summary>Connections that the other side ended.</summary>
    public int Disconnects { get; init; }

    /// <summary>Why, oldest first.</summary>
    public ImmutableList<string> Endings { get; init; } = [];

    public int ChannelsOpen { get; init; }

    public int Jobs { get; init; }

    public int PrevHashes { get; init; }

    public int SharesSubmitted { get; init; }

    public int SharesAccepted { get; init; }

    /// <summary>Refused shares by error code.</summary>
    public ImmutableSortedDictionary<string, int> SharesRefused { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Shares that were on their way when their tip was replaced and came back as stale: nobody's fault.</summary>
    public int SharesCrossedTip { get; init; }

    /// <summary>Shares without an answer yet.</summary>
    public int SharesUnanswered { get; init; }

    /// <summary>Shares that met the network target.</summary>
    public int BlocksFound { get; init; }

    /// <summary>The longest time after its first work in which some channel had none.</summary>
    public TimeSpan LongestIdle { get; init; }

    /// <summary>Whether every channel has work now.</summary>
    public bool HasWork { get; init; }

    /// <summary>What the server did that the protocol does not allow.</summary>
    public ImmutableList<string> Violations { get; init; } = [];
}
