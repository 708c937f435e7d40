using Bitcoin;

namespace Sv2.Channels;

/// <summary>The two kinds of mining channels (spec 05).</summary>
public enum ChannelKind
{
    /// <summary>The miner searches header nonce, time and version only; its extranonce is fixed.</summary>
    Standard,

    /// <summary>The miner rolls the extranonce too.</summary>
    Extended,
}

/// <summary>What a downstream channel is opened with.</summary>
public sealed record ChannelOptions
{
    /// <summary>Id on its connection.</summary>
    public required uint ChannelId { get; init; }

    /// <summary>Its kind.</summary>
    public required ChannelKind Kind { get; init; }

    /// <summary>Who mines, as the miner says.</summary>
    public required string UserIdentity { get; init; }

    /// <summary>Hash rate as the miner says, hashes per second; finite and not negative.</summary>
    public required double NominalHashRate { get; init; }

    /// <summary>The easiest target that the miner wants.</summary>
    public required U256 MaxTarget { get; init; }

    /// <summary>The local prefix; of all channels of the process the only one with these bytes.</summary>
    public required ReadOnlyMemory<byte> LocalPrefix { get; init; }

    /// <summary>Bytes after the local prefix; on a standard channel they are zero.</summary>
    public required int RollableSize { get; init; }

    /// <summary>Accepted shares in an acknowledgement.</summary>
    public uint ShareBatchSize { get; init; } = 1;

    /// <summary>How long an accepted share may wait for its acknowledgement.</summary>
    public TimeSpan ShareBatchAge { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What vardiff aims at; with <see cref="VardiffEnabled"/> off only the share rate counts.</summary>
    public required VardiffOptions Vardiff { get; init; }

    /// <summary>Whether the target follows the accepted work; else it is that of the nominal hash rate.</summary>
    public bool VardiffEnabled { get; init; } = true;

    /// <summary>Most shares remembered between tips to find duplicates; see <see cref="DuplicateFilter"/>.</summary>
    public int DuplicateCapacity { get; init; } = 16_384;

    /// <summary>Whether a hash rate that a miner states can be worked with: finite and not negative.</summary>
    public static bool IsValidHashRate(double hashesPerSecond) => double.IsFinite(hashesPerSecond) && hashesPerSecond >= 0;
}
