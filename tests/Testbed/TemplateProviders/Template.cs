using System.Collections.Immutable;
using Sv2.Protocol.TemplateDistribution;
using Testbed.Consensus;
using Testbed.Nodes;

namespace Testbed.TemplateProviders;

/// <summary>One template as it was sent, with all that is needed to make a block of it.</summary>
internal sealed class Template
{
    private const uint VersionRollingMask = 0x1fffffe0; // BIP323

    public required NewTemplate Message { get; init; }

    public required ImmutableArray<RawTransaction> Transactions { get; init; }

    /// <summary>Height of the block it is for.</summary>
    public required int Height { get; init; }

    /// <summary>The largest size of outputs the client said it would add.</summary>
    public required uint MaxAdditionalSize { get; init; }

    /// <summary>The tip it extends; null while that is in the future.</summary>
    public Tip? Tip { get; set; }

    /// <summary>The header_timestamp that was sent with its tip.</summary>
    public uint HeaderTimestamp { get; set; }

    /// <summary>When its tip was replaced.</summary>
    public DateTimeOffset? ReplacedAt { get; set; }

    public ulong Id => Message.TemplateId;

    public static Template Create(
        ulong id, bool future, uint version, int height, ImmutableArray<RawTransaction> transactions, ulong value, uint maxAdditionalSize)
    {
        TxOutput commitment = Commitment.Output(transactions.Select(tx => tx.Wtxid), new byte[32]);
        var message = new NewTemplate(
            id,
            future,
            version,
            2,
            BlockHeight.Push(height),
            0xfffffffe,
            value,
            1,
            commitment.Serialize(),
            (uint)(height - 1),
            MerkleTree.CoinbasePath(transactions.Select(tx => tx.Txid)));
        return new Template { Message = message, Transactions = transactions, Height = height, MaxAdditionalSize = maxAdditionalSize };
    }

    /// <summary>Puts the block together and says what of the template's own terms it breaks (spec 07, 7.7), if anything.</summary>
    public (Block? Block, string? Broken) Complete(SubmitSolution solution)
    {
        if (!RawTransaction.TryParse(solution.CoinbaseTx, out RawTransaction? coinbase))
            return (null, "template: the coinbase does not parse");
        ImmutableArray<RawTransaction> all = [coinbase, .. Transactions];
        U256 root = MerkleTree.Root(all.Select(tx => tx.Txid));
        var header = new BlockHeader(
            solution.Version, Tip?.Hash ?? U256.Zero, root, solution.HeaderTimestamp, Tip?.Bits ?? 0, solution.HeaderNonce);
        return (new Block(header, all), Broken(solution, coinbase));
    }

    private string? Broken(SubmitSolution solution, RawTransaction coinbase)
    {
        if (Tip is null)
            return "template: its tip has not come yet";
        if ((solution.Version & ~VersionRollingMask) != (Message.Version & ~VersionRollingMask))
            return "template: fixed version bits were changed";
        if (solution.HeaderTimestamp < HeaderTimestamp)
            return "template: time before header_timestamp";
        if (!coinbase.IsCoinbase)
            return "bad-cb-missing";
        if (coinbase.Version != Message.CoinbaseTxVersion)
            return "template: coinbase version";
        if (coinbase.Inputs[0].Sequence != Message.CoinbaseTxInputSequence)
            return "template: coinbase input sequence";
        if (coinbase.LockTime != Message.CoinbaseTxLocktime)
            return "template: coinbase lock time";
        if (!coinbase.Inputs[0].ScriptSig.Span.StartsWith(Message.CoinbasePrefix.Span))
            return "template: coinbase prefix";
        byte[] outputs = [.. coinbase.Outputs.SelectMany(output => output.Serialize())];
        if (!outputs.AsSpan().EndsWith(Message.CoinbaseTxOutputs.Span))
            return "template: its outputs are not the last ones";
        if (outputs.Length - Message.CoinbaseTxOutputs.Length > MaxAdditionalSize)
            return "template: outputs larger than announced";
        return null;
    }
}
