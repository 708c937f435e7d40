using Bitcoin;
using CsCheck;
using Xunit;

namespace Sv2.Channels.Tests.Jobs;

/// <summary>What a coinbase pays and costs.</summary>
public sealed class CoinbaseMoneyTests
{
    private static readonly Script LegacyScript = OutputScripts.PubKeyHash(new byte[20]);

    /// <summary>Outputs are all that the template provider was told of (spec 07, CoinbaseOutputConstraints).</summary>
    [Fact]
    public void Whatever_miners_roll_the_script_sig_costs_no_signature_operations() => Gen.Byte.Array[16].Sample(static extranonce =>
    {
        RewardOutputs rewards = RewardOutputs.PayTo(LegacyScript);
        Assert.Equal(CoinbaseError.None, Make(rewards, out CoinbaseCut? cut));
        Assert.True(Transaction.TryParse(cut!.ToTransaction(extranonce), out Transaction? coinbase, out _));
        Assert.Equal(CoinbaseOutputReserve.For(rewards.Outputs.AsSpan()).MaxAdditionalSigOps, SigOps.CoinbaseCost(coinbase));
    });

    [Theory]
    [InlineData(0UL, Work.Value)]
    [InlineData(Work.Value, 0UL)]
    public void Outputs_add_up_to_the_value_even_where_the_others_take_all_of_it(ulong others, ulong first)
    {
        RewardOutputs rewards = RewardOutputs.From([new TxOut(7, Work.PoolScript), new TxOut(others, LegacyScript)])!;
        Assert.Equal(CoinbaseError.None, Make(rewards, out CoinbaseCut? cut));
        Assert.True(Transaction.TryParse(cut!.ToTransaction(new byte[16]), out Transaction? coinbase, out _));
        Assert.Equal([first, others, 0UL], coinbase.Outputs.Select(static output => output.Value));
    }

    [Fact]
    public void Outputs_that_ask_for_one_sat_more_than_there_is_make_no_coinbase()
    {
        TxOut all = new(Work.Value, LegacyScript);
        RewardOutputs rewards = RewardOutputs.From([new TxOut(0, Work.PoolScript), all, new TxOut(1, LegacyScript)])!;
        Assert.Equal(CoinbaseError.RewardsExceedValue, Make(rewards, out _));
    }

    private static CoinbaseError Make(RewardOutputs rewards, out CoinbaseCut? cut) =>
        CoinbaseCut.TryCreate(Work.Template(), rewards, "JDC", UpstreamExtranonce.Solo, default, out cut);
}
