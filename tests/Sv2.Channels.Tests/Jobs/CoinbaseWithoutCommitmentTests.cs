using Bitcoin;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace Sv2.Channels.Tests.Jobs;

/// <summary>
/// A template provider may leave the witness commitment out where no transaction has a witness (spec 07, 7.2). Then the coinbase may
/// not have one either: nodes refuse the block (BIP141).
/// </summary>
public sealed class CoinbaseWithoutCommitmentTests
{
    private static readonly NewTemplate Legacy = Work.Template(path: []) with { CoinbaseTxOutputsCount = 0, CoinbaseTxOutputs = default };

    // To the witnesses of a block of the coinbase alone.
    private static readonly TxOut Commitment = new(0, WitnessCommitment.ToScript(WitnessCommitment.Compute([], U256.Zero)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_block_is_valid_with_the_commitment_and_without(bool commits)
    {
        NewTemplate template = commits
            ? Legacy with { CoinbaseTxOutputsCount = 1, CoinbaseTxOutputs = TxOutList.SerializeItems([Commitment]) }
            : Legacy;
        CoinbaseCut cut = Work.Cut(template);
        byte[] extranonce = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        Assert.True(Transaction.TryParse(cut.ToTransaction(cut.ToFull(extranonce)), out Transaction? coinbase, out _));
        Assert.Equal(commits, coinbase.HasWitness);
        Assert.Equal(cut.Txid(extranonce), coinbase.ComputeTxid());
        Assert.True(WitnessCommitment.IsValid(new Block(new BlockHeader(2, U256.One, coinbase.ComputeTxid(), 1, 1, 1), [coinbase])));

        byte[] miners = [.. cut.MinerPrefix(10).Span, .. extranonce, .. cut.MinerSuffix.Span];
        Assert.Equal(coinbase.Serialize(withWitness: false), miners);
    }
}
