using Sv2.Protocol.TemplateDistribution;
using Testbed.Consensus;
using Testbed.Nodes;
using Template = Testbed.TemplateProviders.Template;

namespace Testbed.BitcoinCore;

/// <summary>A template a client holds, with what each generation says of it.</summary>
internal sealed class ServedTemplate(NodeState node, Template template, ulong reservedWeight, uint headerTime) : IDisposable
{
    private TaskCompletionSource _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _destroyed;

    internal NewTemplate Message => template.Message;

    internal byte[] Header
    {
        get
        {
            var bytes = new byte[BlockHeader.Length];
            new BlockHeader(
                template.Message.Version, template.Tip!.Hash, U256.Zero, headerTime, template.Tip.Bits, 0).Write(bytes);
            return bytes;
        }
    }

    /// <summary>The required outputs, one by one: there is the witness commitment alone.</summary>
    internal ReadOnlyMemory<byte>[] RequiredOutputs => [template.Message.CoinbaseTxOutputs];

    internal ReadOnlyMemory<byte>[] MerklePath =>
        [.. template.Message.MerklePath.Select(hash => (ReadOnlyMemory<byte>)hash.ToLittleEndian())];

    /// <summary>The node's own coinbase: the whole reward to a script anyone can spend; v30 appends OP_0 to the height.</summary>
    internal byte[] Coinbase(bool withOp0)
    {
        byte[] scriptSig = withOp0 ? [.. Message.CoinbasePrefix.Span, 0] : Message.CoinbasePrefix.ToArray();
        return
        [
            .. BitConverter.GetBytes(Message.CoinbaseTxVersion), 0, 1, 1, .. new byte[32], 0xff, 0xff, 0xff, 0xff,
            (byte)scriptSig.Length, .. scriptSig, .. BitConverter.GetBytes(Message.CoinbaseTxInputSequence),
            2, .. BitConverter.GetBytes(Message.CoinbaseTxValueRemaining), 1, 0x51, .. Message.CoinbaseTxOutputs.Span,
            1, 32, .. new byte[32], .. BitConverter.GetBytes(Message.CoinbaseTxLocktime),
        ];
    }

    internal byte[] Block()
    {
        node.Count(counters => counters with { TransactionDataServed = counters.TransactionDataServed + 1 });
        int count = template.Transactions.Length + 1;
        byte[] size = count < 0xfd ? [(byte)count] : [0xfd, .. BitConverter.GetBytes((ushort)count)];
        using MemoryStream block = new();
        block.Write([.. Header, .. size, .. Coinbase(withOp0: false)]);
        foreach (RawTransaction transaction in template.Transactions)
            block.Write(transaction.Bytes.Span);
        return block.ToArray();
    }

    internal BlockOutcome Submit(uint version, uint time, uint nonce, ReadOnlyMemory<byte> coinbase) =>
        node.Judge(template, new SubmitSolution(Message.TemplateId, version, time, nonce, coinbase));

    /// <summary>
    /// The next template when the tip or its target changes or fees grow enough; null when the time passes or the wait is
    /// interrupted.
    /// </summary>
    internal async Task<ServedTemplate?> WaitNextAsync(double timeoutMilliseconds, long feeThreshold, CancellationToken cancellationToken)
    {
        TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (IsBetter(feeThreshold))
                changed.TrySetResult();
        }

        void OnTip(Tip tip) => Look();
        node.Chain.TipChanged += OnTip;
        node.Chain.FeesChanged += Look;
        try
        {
            Look();
            TimeSpan timeout = TimeSpan.FromMilliseconds(Math.Min(timeoutMilliseconds, 1e9));
            Task over = await Task.WhenAny(changed.Task, _interrupted.Task, Task.Delay(timeout, node.Time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (over == _interrupted.Task)
                _interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return over == changed.Task ? node.NewTemplate(reservedWeight) : null;
        }
        finally
        {
            node.Chain.TipChanged -= OnTip;
            node.Chain.FeesChanged -= Look;
        }
    }

    internal void Interrupt() => _interrupted.TrySetResult();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _destroyed, 1) == 0)
            node.Destroyed();
    }

    private bool IsBetter(long feeThreshold)
    {
        (Tip tip, _, ulong value) = node.Chain.Assemble(4_000_000 - (int)Math.Min(reservedWeight, 4_000_000));
        return tip != template.Tip! || (long)value - (long)Message.CoinbaseTxValueRemaining >= feeThreshold;
    }
}
