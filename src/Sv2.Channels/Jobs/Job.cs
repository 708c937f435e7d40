using System.Collections.Immutable;
using Bitcoin;
using Sv2.Protocol.Mining;

namespace Sv2.Channels;

/// <summary>
/// Work for all channels of all connections: made once of a template and the work source's coinbase. Immutable;
/// activation makes a new instance with the same id, so look jobs up by id in <see cref="JobStore"/>.
/// </summary>
public sealed record Job
{
    internal Job()
    {
    }

    /// <summary>Equal on all connections; unique within the process, counted from 1.</summary>
    public required uint Id { get; init; }

    /// <summary>The template it was made of.</summary>
    public required ulong TemplateId { get; init; }

    /// <summary>Header version.</summary>
    public required uint Version { get; init; }

    /// <summary>Whether miners may roll <see cref="HeaderVersion.RollableBits"/> of it.</summary>
    public required bool VersionRollingAllowed { get; init; }

    /// <summary>Siblings on the way from the coinbase to the merkle root, lowest first.</summary>
    public required ImmutableArray<U256> MerklePath { get; init; }

    /// <summary>The coinbase.</summary>
    public required CoinbaseCut Coinbase { get; init; }

    /// <summary>Whatever the owner needs to find where the work came from and is declared; not looked at here.</summary>
    public object? Source { get; init; }

    /// <summary>The tip it is mined on; null while it is a future job.</summary>
    public Tip? Tip { get; init; }

    /// <summary>Header time to begin with, where later than the tip's; 0 where the tip's counts.</summary>
    public uint StartNTime { get; init; }

    /// <summary>min_ntime of the messages that give the job out; null while it is a future job.</summary>
    public uint? MinNTime => Tip is { } tip ? Math.Max(tip.MinNTime, StartNTime) : null;

    /// <summary>Counts activations within the process; 0 while it is a future job. Tells which target of a channel applies.</summary>
    public ulong Activation { get; init; }

    /// <summary>The root for a downstream's full extranonce (local prefix and rollable part). Allocates nothing.</summary>
    public U256 MerkleRoot(ReadOnlySpan<byte> downstreamExtranonce) =>
        Merkle.RootFromPath(Coinbase.Txid(downstreamExtranonce), MerklePath.AsSpan());

    /// <summary>The job for an extended or group channel whose full extranonce has <paramref name="downstreamSize"/> bytes.</summary>
    public NewExtendedMiningJob ToExtended(uint channelId, int downstreamSize) => new(
        channelId,
        Id,
        MinNTime,
        Version,
        VersionRollingAllowed,
        MerklePath,
        Coinbase.MinerPrefix(downstreamSize),
        Coinbase.MinerSuffix);

    /// <summary>The job for a standard channel with the given full extranonce.</summary>
    public NewMiningJob ToStandard(uint channelId, ReadOnlySpan<byte> downstreamExtranonce) =>
        new(channelId, Id, MinNTime, Version, MerkleRoot(downstreamExtranonce));

    /// <summary>The message that activates it on a channel; the job must be active.</summary>
    public SetNewPrevHash ToSetNewPrevHash(uint channelId) => Tip is { } tip
        ? new SetNewPrevHash(channelId, Id, tip.PrevHash, tip.MinNTime, tip.NBits)
        : throw new InvalidOperationException($"job {Id} is a future job");
}
