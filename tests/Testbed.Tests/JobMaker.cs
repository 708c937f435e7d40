using System.Collections.Immutable;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Testbed.Consensus;

namespace Testbed.Tests;

/// <summary>A job declarator client played by hand: makes the messages of one template. Every part may be replaced to spoil it.</summary>
internal sealed record JobMaker
{
    public required NewTemplate Template { get; init; }

    public required Sv2.Protocol.TemplateDistribution.SetNewPrevHash PrevHash { get; init; }

    /// <summary>Outputs before the template's own; the first one receives the value.</summary>
    public ImmutableArray<TxOutput> Rewards { get; init; } = [new(0, (byte[])[0x51])];

    public ulong? Value { get; init; }

    public byte[] Tag { get; init; } = [4, (byte)'t', (byte)'e', (byte)'s', (byte)'t'];

    public int ExtranonceLength { get; init; } = 20;

    public byte[] WitnessReserved { get; init; } = new byte[32];

    public byte[] ScriptPrefix => [.. Template.CoinbasePrefix.Span, .. Tag, (byte)ExtranonceLength];

    public byte[] Outputs
    {
        get
        {
            ImmutableArray<TxOutput> rewards = Rewards.SetItem(0, Rewards[0] with { Value = Value ?? Template.CoinbaseTxValueRemaining });
            byte count = (byte)(rewards.Length + Template.CoinbaseTxOutputsCount);
            return [count, .. rewards.SelectMany(output => output.Serialize()), .. Template.CoinbaseTxOutputs.Span];
        }
    }

    public byte[] CoinbasePrefix =>
    [
        .. Le(Template.CoinbaseTxVersion), 0, 1, 1, .. new byte[32], 0xff, 0xff, 0xff, 0xff,
        (byte)(ScriptPrefix.Length + ExtranonceLength), .. ScriptPrefix,
    ];

    public byte[] CoinbaseSuffix =>
    [
        .. Le(Template.CoinbaseTxInputSequence), .. Outputs,
        1, (byte)WitnessReserved.Length, .. WitnessReserved, .. Le(Template.CoinbaseTxLocktime),
    ];

    public RawTransaction Coinbase(byte[] extranonce) =>
        RawTransaction.TryParse((byte[])[.. CoinbasePrefix, .. extranonce, .. CoinbaseSuffix], out RawTransaction? coinbase)
            ? coinbase
            : throw new InvalidOperationException("the coinbase does not parse");

    public DeclareMiningJob Declare(uint requestId, ReadOnlyMemory<byte> token, IEnumerable<RawTransaction> transactions) =>
        new(requestId, token, Template.Version, CoinbasePrefix, CoinbaseSuffix, [.. transactions.Select(tx => tx.Wtxid)], new byte[32]);

    public SetCustomMiningJob CustomJob(uint channelId, uint requestId, ReadOnlyMemory<byte> token) => new(
        channelId,
        requestId,
        token,
        Template.Version,
        PrevHash.PrevHash,
        PrevHash.HeaderTimestamp,
        PrevHash.NBits,
        Template.CoinbaseTxVersion,
        ScriptPrefix,
        Template.CoinbaseTxInputSequence,
        Outputs,
        Template.CoinbaseTxLocktime,
        Template.MerklePath);

    /// <summary>A header whose hash meets regtest's target, or misses it. That takes two hashes on average.</summary>
    public Consensus.BlockHeader Grind(byte[] extranonce, bool meet = true)
    {
        U256 root = MerkleTree.Climb(Coinbase(extranonce).Txid, Template.MerklePath);
        U256 target = Work.TargetOfBits(0x207fffff);
        var header = new Consensus.BlockHeader(Template.Version, PrevHash.PrevHash, root, PrevHash.HeaderTimestamp, PrevHash.NBits, 0);
        while (header.Hash() <= target != meet)
            header = header with { Nonce = header.Nonce + 1 };
        return header;
    }

    public SubmitSolution Solve(bool meet = true)
    {
        var extranonce = new byte[ExtranonceLength];
        Consensus.BlockHeader header = Grind(extranonce, meet);
        return new SubmitSolution(Template.TemplateId, header.Version, header.Time, header.Nonce, Coinbase(extranonce).Bytes);
    }

    private static byte[] Le(uint value) => BitConverter.GetBytes(value);
}
