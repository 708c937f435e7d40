using System.Collections.Immutable;
using Sv2.Protocol.Mining;
using Testbed.Consensus;
using Testbed.Nodes;

namespace Testbed.Pools;

/// <summary>Judges SetCustomMiningJob, in the order of the reference pool.</summary>
internal static class CustomJobCheck
{
    private const uint MaxFutureSeconds = 2 * 60 * 60;

    /// <summary>The error code for a job that stands for a validated declaration, or null.</summary>
    public static string? AgainstDeclaration(SetCustomMiningJob job, DeclaredJob declared, Tip tip, uint now, int extranonceLength)
    {
        if (job.PrevHash != declared.Tip.Hash || job.PrevHash != tip.Hash)
            return "stale-chain-tip";
        if (job.NBits != tip.Bits)
            return "invalid-nbits";
        if (job.Version != declared.Version)
            return "invalid-version";
        RawTransaction coinbase = declared.Coinbase.Sample;
        if (declared.Coinbase.ExtranonceLength != extranonceLength)
            return "invalid-coinbase-tx";
        if (job.CoinbaseTxVersion != coinbase.Version)
            return "invalid-coinbase-tx-version";
        if (!job.CoinbasePrefix.Span.SequenceEqual(declared.Coinbase.ScriptPrefix.Span))
            return "invalid-coinbase-prefix";
        if (job.CoinbaseTxInputNSequence != coinbase.Inputs[0].Sequence)
            return "invalid-coinbase-tx-input-n-sequence";
        if (!job.CoinbaseTxOutputs.Span.SequenceEqual(Serialize(coinbase.Outputs)))
            return "invalid-coinbase-tx-outputs";
        if (job.CoinbaseTxLocktime != coinbase.LockTime)
            return "invalid-coinbase-tx-locktime";
        if (!job.MerklePath.SequenceEqual(declared.MerklePath))
            return "invalid-merkle-path";
        return IsTimeWrong(job, tip, now) ? "invalid-min-ntime" : null;
    }

    /// <summary>The error code for a job of which only the coinbase is known, or null.</summary>
    public static string? CoinbaseOnly(SetCustomMiningJob job, PoolBackend backend, Tip tip, uint now, int extranonceLength)
    {
        if (job.PrevHash != tip.Hash)
            return "stale-chain-tip";
        if (job.NBits != tip.Bits)
            return "invalid-nbits";
        if (job.Version < 4 || (int)job.Version < 0)
            return "invalid-version";
        int scriptLength = job.CoinbasePrefix.Length + extranonceLength;
        if (scriptLength > 100 || !job.CoinbasePrefix.Span.StartsWith(BlockHeight.Push(tip.Height + 1)))
            return "invalid-coinbase-prefix";
        if (RawTransaction.TryParseOutputs(job.CoinbaseTxOutputs.Span) is not { IsEmpty: false } outputs || !backend.IsPaid(outputs))
            return "invalid-coinbase-tx-outputs";
        if (job.CoinbaseTxLocktime > tip.Height && job.CoinbaseTxInputNSequence != uint.MaxValue)
            return "invalid-coinbase-tx-locktime";
        if (job.MerklePath.Length > 16)
            return "invalid-merkle-path"; // More leaves than minimal transactions fit into a block.
        return IsTimeWrong(job, tip, now) ? "invalid-min-ntime" : null;
    }

    private static bool IsTimeWrong(SetCustomMiningJob job, Tip tip, uint now) =>
        job.MinNTime < tip.MinTime || job.MinNTime > now + MaxFutureSeconds;

    private static byte[] Serialize(ImmutableArray<TxOutput> outputs)
    {
        ByteSink sink = new ByteSink().CompactSize(outputs.Length);
        foreach (TxOutput output in outputs)
            sink.Raw(output.Serialize());
        return sink.ToArray();
    }
}
