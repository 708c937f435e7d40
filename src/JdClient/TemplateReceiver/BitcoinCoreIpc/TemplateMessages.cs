using System.Buffers.Binary;
using System.Collections.Immutable;
using Bitcoin;
using BitcoinCore.Ipc;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.TemplateReceiver.BitcoinCoreIpc;

/// <summary>A node's template in the words of the Template Distribution Protocol (spec 07).</summary>
internal static class TemplateMessages
{
    /// <summary>
    /// Weight that a serialised coinbase with the greatest output addition has besides the outputs: header, transaction
    /// count and the coinbase's own parts (spec 07, 7.1).
    /// </summary>
    private const ulong FixedWeight = 1168;

    /// <summary>Nodes since v31 refuse to reserve less.</summary>
    private const ulong LeastReservedWeight = 2000;

    internal static TemplateConstraints Constraints(CoinbaseOutputConstraints message) => new(
        Math.Max(LeastReservedWeight, FixedWeight + (4UL * message.CoinbaseOutputMaxAdditionalSize)),
        message.CoinbaseOutputMaxAdditionalSigops);

    /// <summary>NewTemplate, or null with a reason when the template cannot be put into one.</summary>
    internal static NewTemplate? TryNewTemplate(ulong id, bool future, TemplateData data, out string reason)
    {
        TemplateCoinbase coinbase = data.Coinbase;
        byte[] outputs = [.. coinbase.RequiredOutputs.SelectMany(output => output.ToArray())];
        reason = coinbase switch
        {
            { ValueRemaining: < 0 } => $"a negative reward of {coinbase.ValueRemaining} sats",
            { ScriptSigPrefix.Length: > 8 } => $"a scriptSig prefix of {coinbase.ScriptSigPrefix.Length} bytes",
            _ when outputs.Length > ushort.MaxValue => $"{outputs.Length} bytes of required outputs",
            _ when data.MerklePath.Count > byte.MaxValue => $"a merkle path of {data.MerklePath.Count} hashes",
            _ => "",
        };
        if (reason.Length > 0)
            return null;
        return new NewTemplate(
            id,
            future,
            BinaryPrimitives.ReadUInt32LittleEndian(data.Header.Span),
            coinbase.Version,
            coinbase.ScriptSigPrefix,
            coinbase.Sequence,
            (ulong)coinbase.ValueRemaining,
            (uint)coinbase.RequiredOutputs.Count,
            outputs,
            coinbase.LockTime,
            [.. data.MerklePath.Select(hash => U256.FromLittleEndian(hash.Span))]);
    }

    internal static SetNewPrevHash NewPrevHash(ulong id, TemplateData data)
    {
        BlockHeader header = BlockHeader.Read(data.Header.Span);
        return new SetNewPrevHash(id, header.PrevHash, header.Time, header.NBits, CompactTarget.ToTarget(header.NBits));
    }

    /// <summary>The transactions of a block but the coinbase; null when the bytes are no block.</summary>
    internal static ImmutableArray<ReadOnlyMemory<byte>>? TryTransactions(ReadOnlyMemory<byte> bytes) =>
        Block.TryParse(bytes, out Block? block, out _)
            ? [.. block.Transactions.Skip(1).Select(transaction => (ReadOnlyMemory<byte>)transaction.Serialize())]
            : null;

    /// <summary>The whole solved block; null when the template's block or the coinbase cannot be read.</summary>
    internal static byte[]? TrySolvedBlock(ReadOnlyMemory<byte> template, SubmitSolution solution, TemplateData data)
    {
        if (!Block.TryParse(template, out Block? block, out _)
            || !Transaction.TryParse(solution.CoinbaseTx, out Transaction? coinbase, out _))
            return null;
        var solved = new Block(block.Header, [coinbase, .. block.Transactions.Skip(1)]);
        BlockHeader header = BlockHeader.Read(data.Header.Span) with
        {
            Version = solution.Version,
            MerkleRoot = solved.ComputeMerkleRoot(),
            Time = solution.HeaderTimestamp,
            Nonce = solution.HeaderNonce,
        };
        return new Block(header, solved.Transactions).Serialize();
    }
}
