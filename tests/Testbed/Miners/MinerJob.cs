using Sv2.Protocol.Mining;
using Testbed.Consensus;

namespace Testbed.Miners;

/// <summary>A moment: unix time, and a timestamp of the clock.</summary>
internal readonly record struct Moment(uint Unix, long Timestamp);

/// <summary>A job as a channel holds it. Extended work makes its own merkle root, standard work has one.</summary>
internal sealed class MinerJob
{
    private readonly U256 _merkleRoot;
    private readonly NewExtendedMiningJob? _extended;
    private readonly byte[] _extranoncePrefix = [];

    public MinerJob(NewMiningJob job) =>
        (Id, Version, VersionRolling, MinNTime, _merkleRoot) = (job.JobId, job.Version, true, job.MinNTime, job.MerkleRoot);

    public MinerJob(NewExtendedMiningJob job, byte[] extranoncePrefix)
    {
        (Id, Version, VersionRolling, MinNTime) = (job.JobId, job.Version, job.VersionRollingAllowed, job.MinNTime);
        (_extended, _extranoncePrefix) = (job, extranoncePrefix);
    }

    public uint Id { get; }

    public uint Version { get; }

    public bool VersionRolling { get; }

    /// <summary>Null for a future job.</summary>
    public uint? MinNTime { get; private set; }

    /// <summary>What follows the extranonce in its coinbase; null for standard work.</summary>
    public ReadOnlyMemory<byte>? CoinbaseSuffix => _extended?.CoinbaseTxSuffix;

    public U256 PrevHash { get; private set; }

    public uint Bits { get; private set; }

    /// <summary>The channel's target when the job came into force.</summary>
    public U256 Target { get; private set; }

    /// <summary>When it came into force, unix time.</summary>
    public uint ActiveSince { get; private set; }

    /// <summary>The same as a timestamp of the clock.</summary>
    public long Timestamp { get; private set; }

    public void Activate(U256 prevHash, uint bits, uint minNTime, U256 target, Moment now) =>
        (PrevHash, Bits, MinNTime, Target, ActiveSince, Timestamp) = (prevHash, bits, minNTime, target, now.Unix, now.Timestamp);

    /// <summary>The merkle root with an extranonce (empty on a standard channel).</summary>
    public U256 MerkleRoot(ReadOnlySpan<byte> extranonce) => _extended is null
        ? _merkleRoot
        : MerkleTree.Climb(Hashing.DoubleSha256(Coinbase(_extended, extranonce)), _extended.MerklePath);

    /// <summary>What is wrong with an extended job's coinbase, or null.</summary>
    public string? BrokenCoinbase(int extranonceSize)
    {
        if (_extended is null)
            return null;
        if (!RawTransaction.TryParse(Coinbase(_extended, new byte[extranonceSize]), out RawTransaction? coinbase))
            return "the coinbase does not parse";
        if (!coinbase.IsCoinbase)
            return "the coinbase does not spend the null outpoint";
        if (coinbase.HasWitness)
            return "the coinbase has BIP141 fields";
        return coinbase.Inputs[0].ScriptSig.Length is < 2 or > 100 ? "the scriptSig is too long" : null;
    }

    private byte[] Coinbase(NewExtendedMiningJob job, ReadOnlySpan<byte> extranonce) =>
        [.. job.CoinbaseTxPrefix.Span, .. _extranoncePrefix, .. extranonce, .. job.CoinbaseTxSuffix.Span];
}
