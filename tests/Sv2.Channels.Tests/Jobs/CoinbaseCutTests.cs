using Bitcoin;
using CsCheck;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace Sv2.Channels.Tests.Jobs;

public sealed class CoinbaseCutTests
{
    private static readonly UpstreamExtranonce Pool = new(Convert.FromHexString("aabbccdd"), 16);

    [Fact]
    public void Script_sig_holds_height_tag_and_the_push_of_the_full_extranonce()
    {
        CoinbaseCut cut = Work.Cut(extranonce: Pool);
        const string Head = "03a0bb0d" + "095376322f2f4a44432f" + "14";
        Assert.Equal(Head, Convert.ToHexStringLower(cut.CustomJobPrefix.Span));
        string start = "02000000" + "0001" + "01" + new string('0', 64) + "ffffffff" + "23" + Head;
        Assert.Equal(start, Convert.ToHexStringLower(cut.DeclaredPrefix.Span));
        Assert.Equal(start.Remove(8, 4), Convert.ToHexStringLower(cut.StrippedPrefix.Span));
    }

    [Fact]
    public void Outputs_are_the_rewards_with_the_whole_value_on_the_first_then_the_templates()
    {
        var outputs = RewardOutputs.TryParse(Convert.FromHexString("02" + "6300000000000000" + "0151" + "0000000000000000" + "026a00"));
        Assert.NotNull(outputs);
        Assert.Equal(CoinbaseError.None, CoinbaseCut.TryCreate(Work.Template(), outputs, "JDC", Pool, default, out CoinbaseCut? cut));
        string expected =
            "03" + "205fa01200000000" + "0151" + "0000000000000000" + "026a00" + "0000000000000000266a24aa21a9ed" + new string('0', 64);
        Assert.Equal(expected, Convert.ToHexStringLower(cut!.CustomJobOutputs.Span));
        Assert.Equal("ffffffff" + expected + "00000000", Convert.ToHexStringLower(cut.MinerSuffix.Span));
        Assert.Equal("ffffffff" + expected + "0120" + new string('0', 64) + "00000000", Convert.ToHexStringLower(cut.DeclaredSuffix.Span));
    }

    [Fact]
    public void First_reward_output_takes_what_the_others_leave()
    {
        RewardOutputs outputs = RewardOutputs.From([new TxOut(0, Work.PoolScript), new TxOut(Work.Value - 5, Work.PoolScript)])!;
        Assert.Equal(CoinbaseError.None, CoinbaseCut.TryCreate(Work.Template(), outputs, "JDC", Pool, default, out CoinbaseCut? cut));
        Assert.True(TxOutList.TryParse(cut!.CustomJobOutputs, out var written, out _));
        Assert.Equal([5UL, Work.Value - 5, 0UL], written.Select(static output => output.Value));

        RewardOutputs greedy = RewardOutputs.From(
            [new TxOut(0, Work.PoolScript), new TxOut(Work.Value, Work.PoolScript), new TxOut(ulong.MaxValue, Work.PoolScript)])!;
        Assert.Equal(CoinbaseError.RewardsExceedValue, CoinbaseCut.TryCreate(Work.Template(), greedy, "JDC", Pool, default, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")] // no output: nobody would be paid
    [InlineData("01")]
    [InlineData("01000000000000000002")]
    [InlineData("0100000000000000000151ff")]
    [InlineData("fdffff00")]
    [InlineData("ffffffffffffffffff")]
    public void Malformed_and_empty_reward_outputs_are_refused(string hex) =>
        Assert.Null(RewardOutputs.TryParse(Convert.FromHexString(hex)));

    [Fact]
    public void Witness_reserved_value_is_the_nodes()
    {
        byte[] reserved = [.. Enumerable.Repeat((byte)0x5a, 32)];
        RewardOutputs rewards = RewardOutputs.PayTo(Work.PoolScript);
        Assert.Equal(CoinbaseError.None, CoinbaseCut.TryCreate(Work.Template(), rewards, "JDC", Pool, reserved, out CoinbaseCut? cut));
        Assert.True(Transaction.TryParse(cut!.ToTransaction(new byte[20]), out Transaction? coinbase, out _));
        Assert.Equal(reserved, coinbase.Inputs[0].Witness[0].ToArray());
        Assert.Equal(
            CoinbaseError.BadWitnessReservedValue, CoinbaseCut.TryCreate(Work.Template(), rewards, "JDC", Pool, new byte[31], out _));
    }

    [Theory]
    [InlineData(55, 4, CoinbaseError.None)]
    [InlineData(56, 4, CoinbaseError.TagTooLong)]
    [InlineData(55, 17, CoinbaseError.None)] // 17 + 1 + 61 + 1 + 20 = 100
    [InlineData(55, 18, CoinbaseError.ScriptSigTooLong)]
    public void Tag_and_script_sig_have_limits(int minerTag, int templatePrefix, CoinbaseError expected)
    {
        NewTemplate template = Work.Template() with { CoinbasePrefix = new byte[templatePrefix] };
        CoinbaseError error = CoinbaseCut.TryCreate(
            template, RewardOutputs.PayTo(Work.PoolScript), new string('x', minerTag), Pool, default, out CoinbaseCut? cut);
        Assert.Equal(expected, error);
        Assert.Equal(expected == CoinbaseError.None, cut is not null);
    }

    [Fact]
    public void Extranonce_beyond_32_bytes_is_refused() => Assert.Equal(
        CoinbaseError.ExtranonceTooLong,
        CoinbaseCut.TryCreate(
            Work.Template(), RewardOutputs.PayTo(Work.PoolScript), "JDC", new UpstreamExtranonce(new byte[17], 16), default, out _));

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(uint.MaxValue)]
    public void Template_whose_outputs_are_not_as_many_as_it_says_is_refused(uint count) => Assert.Equal(
        CoinbaseError.BadTemplateOutputs,
        CoinbaseCut.TryCreate(
            Work.Template() with { CoinbaseTxOutputsCount = count }, RewardOutputs.PayTo(Work.PoolScript), "JDC", Pool, default, out _));

    [Fact]
    public void Coinbase_beyond_the_protocols_64_KiB_is_refused()
    {
        NewTemplate template = Work.Template() with
        {
            CoinbaseTxOutputsCount = 1,
            CoinbaseTxOutputs = TxOutList.SerializeItems([new TxOut(0, new Script(new byte[65_500]))]),
        };
        Assert.Equal(
            CoinbaseError.TooLarge, CoinbaseCut.TryCreate(template, RewardOutputs.PayTo(Work.PoolScript), "JDC", Pool, default, out _));
    }

    /// <summary>Prefix lengths, grants, downstream sizes and contents at random: everybody hashes the same coinbase.</summary>
    [Fact]
    public void Miner_pool_custom_job_and_declaration_agree_on_the_txid()
    {
        Gen<(byte[] Prefix, byte[] Downstream, int Padding)> gen =
            from prefix in Gen.Byte.Array[0, 16]
            from downstream in Gen.Byte.Array[2, 16]
            from padding in Gen.Int[0, 32 - prefix.Length - downstream.Length]
            select (prefix, downstream, padding);
        gen.Sample(static sample =>
        {
            CoinbaseCut cut = Work.Cut(extranonce: new UpstreamExtranonce(sample.Prefix, sample.Padding + sample.Downstream.Length));
            U256 txid = cut.Txid(sample.Downstream);

            // The miner: its job's prefix and suffix around local prefix and rollable part.
            byte[] miners = [.. cut.MinerPrefix(sample.Downstream.Length).Span, .. sample.Downstream, .. cut.MinerSuffix.Span];
            Assert.Equal(Sha256d.Hash(miners), txid);

            // The pool: its own prefix and the share's extranonce.
            byte[] upstream = cut.ToUpstream(sample.Downstream);
            Assert.Equal(cut.Extranonce.Size, upstream.Length);
            Assert.Equal(miners, (byte[])[.. cut.StrippedPrefix.Span, .. sample.Prefix, .. upstream, .. cut.MinerSuffix.Span]);

            // The declarator: the declared transaction with the pushed solution's extranonce in it.
            byte[] declared = cut.ToTransaction(cut.ToFull(sample.Downstream));
            Assert.True(Transaction.TryParse(declared, out Transaction? coinbase, out _));
            Assert.Equal(txid, coinbase.ComputeTxid());

            // The pool again, from SetCustomMiningJob alone.
            byte[] scriptSig = [.. cut.CustomJobPrefix.Span, .. sample.Prefix, .. upstream];
            Assert.Equal(scriptSig, coinbase.Inputs[0].ScriptSig.Span.ToArray());
            Assert.Equal(cut.CustomJobOutputs.ToArray(), TxOutList.Serialize(coinbase.Outputs.AsSpan()));
            Assert.Equal(
                (cut.TxVersion, cut.InputSequence, cut.Locktime), (coinbase.Version, coinbase.Inputs[0].Sequence, coinbase.LockTime));
        });
    }

    [Fact]
    public void Large_coinbases_hash_like_small_ones()
    {
        NewTemplate template =
            Work.Template() with { CoinbaseTxOutputs = TxOutList.SerializeItems([new TxOut(0, new Script(new byte[5000]))]) };
        CoinbaseCut cut = Work.Cut(template);
        byte[] downstream = [1, 2, 3, 4, 5];
        Assert.Equal(Sha256d.Hash([.. cut.MinerPrefix(5).Span, .. downstream, .. cut.MinerSuffix.Span]), cut.Txid(downstream));
    }
}
