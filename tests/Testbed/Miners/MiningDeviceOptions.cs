using System.Collections.Immutable;
using Testbed.Net;

namespace Testbed.Miners;

/// <summary>What a device opens.</summary>
public enum ChannelKind
{
    Extended,
    Standard,
}

/// <summary>How a mining device is made.</summary>
public sealed record MiningDeviceOptions
{
    /// <summary>Where it mines.</summary>
    public required ServerAddress Server { get; init; }

    /// <summary>Its name; channels after the first add a number.</summary>
    public string UserIdentity { get; init; } = "farm.rig1";

    /// <summary>The channels it opens.</summary>
    public ImmutableArray<ChannelKind> Channels { get; init; } = [ChannelKind.Extended];

    /// <summary>Hashes a second, shared by its channels. It announces as much where nothing else is said.</summary>
    public double HashRate { get; init; } = 2_000;

    /// <summary>The hash rate that it announces; null for the true one.</summary>
    public double? AnnouncedHashRate { get; init; }

    /// <summary>REQUIRES_STANDARD_JOBS: header-only mining.</summary>
    public bool RequiresStandardJobs { get; init; }

    /// <summary>Extranonce bytes an extended channel asks for.</summary>
    public ushort MinExtranonceSize { get; init; } = 4;

    /// <summary>The largest target it accepts.</summary>
    public U256 MaxTarget { get; init; } = U256.MaxValue;

    /// <summary>Extensions it asks for; with 0x0002 it names its worker on each share of an extended channel.</summary>
    public ImmutableArray<ushort> Extensions { get; init; } = [];

    /// <summary>Seeds extranonces, nonces and version bits.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long it waits before it connects again.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often it hashes: the work of one tick is done at once.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(50);
}
