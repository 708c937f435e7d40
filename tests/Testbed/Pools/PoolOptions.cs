using System.Collections.Immutable;
using System.Net;
using Testbed.Net;

namespace Testbed.Pools;

/// <summary>How a pool behaves.</summary>
public sealed record PoolOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public IPEndPoint Endpoint { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Its authority.</summary>
    public RoleKeys Keys { get; init; } = RoleKeys.Generate();

    /// <summary>Extranonce bytes the pool keeps for itself.</summary>
    public int ExtranoncePrefixSize { get; init; } = 4;

    /// <summary>Extranonce bytes a channel is granted.</summary>
    public int ExtranonceSize { get; init; } = 16;

    /// <summary>What a channel's target aims at.</summary>
    public double SharesPerMinute { get; init; } = 60;

    /// <summary>Accepted shares after which SubmitShares.Success is sent.</summary>
    public int ShareBatchSize { get; init; } = 10;

    /// <summary>Whether SetCustomMiningJob is served at all.</summary>
    public bool JobDeclaration { get; init; } = true;

    /// <summary>REQUIRES_FIXED_VERSION: no version rolling.</summary>
    public bool FixedVersion { get; init; }

    /// <summary>Shares on the tip before the present one are good for so long after the change.</summary>
    public TimeSpan StaleGrace { get; init; } = TimeSpan.Zero;

    /// <summary>Extensions it speaks.</summary>
    public ImmutableArray<ushort> SupportedExtensions { get; init; } = [];

    /// <summary>Extensions it insists on.</summary>
    public ImmutableArray<ushort> RequiredExtensions { get; init; } = [];

    /// <summary>User identities it knows; empty knows everyone.</summary>
    public ImmutableArray<string> Users { get; init; } = [];
}

/// <summary>Knobs that make a pool misbehave; may be turned at any time from any thread.</summary>
public sealed class PoolFaults
{
    private volatile string? _refuseSetup;
    private volatile string? _refuseOpen;
    private volatile string? _refuseCustomJobs;
    private volatile string? _refuseShares;
    private volatile bool _hang;
    private long _answerDelayTicks;

    /// <summary>Error code for every SetupConnection.</summary>
    public string? RefuseSetup { get => _refuseSetup; set => _refuseSetup = value; }

    /// <summary>Error code for every channel request.</summary>
    public string? RefuseOpen { get => _refuseOpen; set => _refuseOpen = value; }

    /// <summary>Error code for every SetCustomMiningJob.</summary>
    public string? RefuseCustomJobs { get => _refuseCustomJobs; set => _refuseCustomJobs = value; }

    /// <summary>Error code for every share.</summary>
    public string? RefuseShares { get => _refuseShares; set => _refuseShares = value; }

    /// <summary>Reads everything and answers nothing.</summary>
    public bool Hang { get => _hang; set => _hang = value; }

    /// <summary>Every answer waits so long.</summary>
    public TimeSpan AnswerDelay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _answerDelayTicks));
        set => Interlocked.Exchange(ref _answerDelayTicks, value.Ticks);
    }
}
