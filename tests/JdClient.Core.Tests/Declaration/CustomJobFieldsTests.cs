using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Declaration;

/// <summary>SetCustomMiningJob (spec 05, 5.3.18), field by field: a pool compares each with what was declared.</summary>
public sealed class CustomJobFieldsTests
{
    [Theory]
    [InlineData(MiningMode.FullTemplate)]
    [InlineData(MiningMode.CoinbaseOnly)]
    public void A_custom_job_is_its_template_on_its_tip_with_the_pools_outputs(MiningMode mode)
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(mode, bits: FakeProvider.EasyBits);
        NewTemplate template = FakeProvider.NewTemplate(7, future: true, height: 500) with
        {
            Version = 0x20001000,
            CoinbaseTxVersion = 3,
            CoinbaseTxInputSequence = 0xfffffff0,
            CoinbaseTxLocktime = 499,
            MerklePath = [CoreHarness.Hash(71), CoreHarness.Hash(72)],
        };
        harness.Provider.Send(template);
        harness.PassSeconds(3);
        harness.Provider.Tip(7, 9);
        uint minNTime = (uint)harness.Now.ToUnixTimeSeconds();
        FakePool pool = harness.Pool();
        pool.TakeWork(7);

        SetCustomMiningJob job = Assert.Single(pool.Sent<SetCustomMiningJob>());
        Assert.Equal((pool.ChannelId, template.Version, CoreHarness.Hash(9)), (job.ChannelId, job.Version, job.PrevHash));
        Assert.Equal((minNTime, FakeProvider.EasyBits), (job.MinNTime, job.NBits));
        Assert.Equal((3u, 0xfffffff0u, 499u), (job.CoinbaseTxVersion, job.CoinbaseTxInputNSequence, job.CoinbaseTxLocktime));
        Assert.Equal(template.MerklePath.AsEnumerable(), job.MerklePath);
        Assert.Equal(mode == MiningMode.FullTemplate ? [1, 0xaa] : [1], job.MiningJobToken.ToArray());
        byte[] payout = TxOutList.SerializeItems([new TxOut(5_000_000_000, new Script(FakePool.Outputs.AsMemory(10)))]);
        Assert.Equal((byte[])[2, .. payout, .. template.CoinbaseTxOutputs.Span], job.CoinbaseTxOutputs.ToArray());
        Assert.Equal(
            (byte[])[.. template.CoinbasePrefix.Span, 10, .. "Sv2//test/"u8, (byte)(pool.Prefix.Length + pool.Size)],
            job.CoinbasePrefix.ToArray());

        // The declared coinbase is the same one, and what the pool puts together of job and share is the block.
        if (mode == MiningMode.FullTemplate)
        {
            DeclareMiningJob declared = Assert.Single(pool.Sent<DeclareMiningJob>());
            byte[] bytes = [.. declared.CoinbaseTxPrefix.Span, .. new byte[20], .. declared.CoinbaseTxSuffix.Span];
            Assert.True(Transaction.TryParse(bytes, out Transaction? coinbase, out _));
            Assert.Equal(template.Version, declared.Version);
            Assert.Equal(job.CoinbaseTxOutputs.ToArray(), TxOutList.Serialize(coinbase.Outputs.AsSpan()));
            Assert.True(coinbase.Inputs[0].ScriptSig.Span.StartsWith(job.CoinbasePrefix.Span));
            Assert.Equal((3u, 0xfffffff0u, 499u), (coinbase.Version, coinbase.Inputs[0].Sequence, coinbase.LockTime));
            Assert.Equal(CoreHarness.Transactions(3, 7).Select(static bytes => Sha256d.Hash(bytes.Span)), declared.WtxidList);
        }

        miner.Mine(block: true);
        FoundBlock block = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;
        SubmitSharesExtended share = Assert.Single(pool.Got<SubmitSharesExtended>());
        byte[] scriptSig = [.. job.CoinbasePrefix.Span, .. pool.Prefix, .. share.Extranonce.Span];
        var mined = new Transaction(
            job.CoinbaseTxVersion,
            [new TxIn(OutPoint.Null, new Script(scriptSig), job.CoinbaseTxInputNSequence)],
            Outputs(job),
            job.CoinbaseTxLocktime);
        U256 root = Merkle.RootFromPath(mined.ComputeTxid(), job.MerklePath.AsSpan());
        Assert.Equal(block.BlockHash, new BlockHeader(share.Version, job.PrevHash, root, share.NTime, job.NBits, share.Nonce).Hash());
    }

    private static ImmutableArray<TxOut> Outputs(SetCustomMiningJob job)
    {
        Assert.True(TxOutList.TryParse(job.CoinbaseTxOutputs, out ImmutableArray<TxOut> outputs, out _));
        return outputs;
    }
}
