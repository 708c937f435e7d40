using System.Collections.Immutable;
using Testbed.Consensus;

namespace Testbed.Nodes;

/// <summary>A transaction of the mempool with its fee in satoshis.</summary>
public sealed record MempoolEntry(RawTransaction Transaction, ulong Fee);

/// <summary>
/// Makes transactions that look like the network's: legacy, SegWit v0 and taproot key spends, of one to three inputs and
/// outputs. Their signatures are random bytes, since nothing here checks scripts. The same seed gives the same ones.
/// </summary>
internal sealed class TransactionFactory(int seed)
{
    private readonly Random _random = new(seed);

    public MempoolEntry Next()
    {
        int kind = _random.Next(3);
        ImmutableArray<TxInput> inputs = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Input(kind))];
        ImmutableArray<TxOutput> outputs = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Output())];
        RawTransaction transaction = RawTransaction.Build(2, inputs, outputs, (uint)_random.Next(0, 100));
        return new MempoolEntry(transaction, (ulong)(transaction.Weight / 4 * _random.Next(1, 40)));
    }

    private TxInput Input(int kind) => kind switch
    {
        0 => new(RandomHash(), (uint)_random.Next(4), new ByteSink().Prefixed(Bytes(71)).Prefixed(Bytes(33)).ToArray(), 0xfffffffd, []),
        1 => new(RandomHash(), (uint)_random.Next(4), default, 0xfffffffd, [Bytes(71), Bytes(33)]),
        _ => new(RandomHash(), (uint)_random.Next(4), default, 0xfffffffd, [Bytes(64)]),
    };

    private TxOutput Output()
    {
        ulong value = (ulong)_random.NextInt64(1_000, 500_000_000);
        return _random.Next(3) switch
        {
            0 => new TxOutput(value, (byte[])[0x76, 0xa9, 20, .. Bytes(20), 0x88, 0xac]),
            1 => new TxOutput(value, (byte[])[0, 20, .. Bytes(20)]),
            _ => new TxOutput(value, (byte[])[0x51, 32, .. Bytes(32)]),
        };
    }

    private U256 RandomHash() => U256.FromLittleEndian(Bytes(32));

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
