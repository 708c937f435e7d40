using System.Collections.Immutable;
using Bitcoin;
using Fuzz.Harness;
using Xunit;

namespace Fuzz.Decoders;

public sealed class BitcoinBytesTests
{
    [Fact]
    public void Transactions() => Campaign.OverBytes(
        Samples.Transactions(20),
        static input => Transaction.TryParse(input, out Transaction? transaction, out FormatError error)
            ? transaction
            : Refused(error, input),
        new Allowance(4096, 40),
        static (input, transaction) =>
        {
            Assert.Equal(input, transaction.Serialize());
            Assert.Equal(input.Length, transaction.TotalSize);
            Assert.InRange(transaction.Weight, input.Length, 4 * input.Length);
            Assert.Equal(transaction.HasWitness, transaction.ComputeTxid() != transaction.ComputeWtxid());
        });

    [Fact]
    public void Blocks() => Campaign.OverBytes(
        Samples.Blocks(20),
        static input => Block.TryParse(input, out Block? block, out FormatError error) ? block : RefusedBlock(error, input),
        new Allowance(4096, 40),
        static (input, block) =>
        {
            Assert.Equal(input, block.Serialize());
            Assert.Equal(input.Length, block.TotalSize);
            block.ComputeMerkleRoot();
            WitnessCommitment.IsValid(block);
            SigOps.CoinbaseCost(block.Coinbase);
        });

    [Fact]
    public void Output_lists()
    {
        var random = new SeededRandom(3);
        byte[][] seeds = [.. Enumerable.Range(0, 20).Select(_ => TxOutList.Serialize(Samples.Outputs(random).AsSpan()))];
        Campaign.OverBytes(
            seeds,
            static input => TxOutList.TryParse(input, out ImmutableArray<TxOut> outputs, out _) ? Tuple.Create(outputs) : null,
            new Allowance(4096, 40),
            static (input, outputs) => Assert.Equal(input, TxOutList.Serialize(outputs.Item1.AsSpan())));
        Campaign.OverBytes(
            seeds,
            static input => TxOutList.TryParseItems(
                input.AsMemory(Math.Min(1, input.Length)), input.FirstOrDefault(), out ImmutableArray<TxOut> outputs, out _)
                ? Tuple.Create(outputs)
                : null,
            new Allowance(4096, 40),
            static (input, outputs) => Assert.Equal(input[Math.Min(1, input.Length)..], TxOutList.SerializeItems(outputs.Item1.AsSpan())));
    }

    /// <summary>Any bytes are a script, so here nothing is refused.</summary>
    [Fact]
    public void Scripts()
    {
        byte[][] seeds =
        [
            Convert.FromHexString("76a914751e76e8199196d454941c45d1b3a323f1433bd688ac"),
            Convert.FromHexString("51210279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f8179851ae"),
            Convert.FromHexString("4c0401020304ac4d0300010203ae4e0200000001025d"),
        ];
        for (int number = 0; number < Campaign.Inputs; number++)
        {
            byte[] script = Mutator.Bytes(new SeededRandom((ulong)number), seeds);
            ScriptClassifier.Classify(script);
            Assert.InRange(SigOps.Count(script, accurate: true), 0, SigOps.Count(script, accurate: false));
            Assert.InRange(SigOps.Count(script, accurate: false), 0, 20 * script.Length);
            if (Address.Format(new Script(script), BitcoinNetworks.Signet) is { } text)
            {
                Assert.True(Address.TryParse(text, out Address address, out _));
                Assert.Equal(new Script(script), address.Script);
            }
        }
    }

    private static Transaction? Refused(FormatError error, byte[] input)
    {
        CheckError(error, input.Length);
        return null;
    }

    private static Block? RefusedBlock(FormatError error, byte[] input)
    {
        CheckError(error, input.Length);
        return null;
    }

    private static void CheckError(FormatError error, int length)
    {
        Assert.False(string.IsNullOrEmpty(error.Reason));
        Assert.InRange(error.Position, 0, length);
    }
}
