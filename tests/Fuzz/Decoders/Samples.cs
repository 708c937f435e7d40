using System.Collections.Immutable;
using Bitcoin;
using Fuzz.Harness;

namespace Fuzz.Decoders;

/// <summary>Valid transactions and blocks, made here.</summary>
internal static class Samples
{
    internal static byte[][] Transactions(int count)
    {
        var random = new SeededRandom(1);
        return [.. Enumerable.Range(0, count).Select(_ => Transaction(random).Serialize())];
    }

    internal static byte[][] Blocks(int count)
    {
        var random = new SeededRandom(2);
        return [.. Enumerable.Range(0, count).Select(_ => Block(random).Serialize())];
    }

    internal static ImmutableArray<TxOut> Outputs(SeededRandom random) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => new TxOut(random.Next(), new Script(random.Bytes(random.Next(40)))))];

    private static Transaction Transaction(SeededRandom random) => new(
        (uint)random.Next(),
        [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Input(random))],
        Outputs(random),
        (uint)random.Next());

    private static TxIn Input(SeededRandom random) => new(
        new OutPoint(U256.FromLittleEndian(random.Bytes(32)), (uint)random.Next()),
        new Script(random.Bytes(random.Next(300))),
        (uint)random.Next(),
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => (ReadOnlyMemory<byte>)random.Bytes(random.Next(80)))]);

    private static Block Block(SeededRandom random) => new(
        BlockHeader.Read(random.Bytes(BlockHeader.Size)),
        [.. Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Transaction(random))]);
}
