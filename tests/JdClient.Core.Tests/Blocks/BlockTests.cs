using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Blocks;

/// <summary>Where a found block goes, and what it is.</summary>
public sealed class BlockTests
{
    public enum Kind
    {
        Extended,
        StandardInGroup,
        StandardJobs,
    }

    public static TheoryData<MiningMode, Kind> Cases
    {
        get
        {
            var cases = new TheoryData<MiningMode, Kind>();
            foreach (MiningMode mode in Enum.GetValues<MiningMode>())
            {
                foreach (Kind kind in Enum.GetValues<Kind>())
                    cases.Add(mode, kind);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_block_goes_everywhere_and_its_coinbase_gives_its_header(MiningMode mode, Kind kind)
    {
        // Standard channels on group jobs are where the reference loses blocks (reference-behaviour 10.3, 46a).
        var harness = new CoreHarness(mode);
        harness.Provider.Bits = FakeProvider.EasyBits;
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner(standardJobs: kind == Kind.StandardJobs);
        if (kind == Kind.Extended)
            miner.OpenExtended();
        else
            miner.OpenStandard();
        FakePool? pool = mode == MiningMode.SoloMining ? null : harness.Pool();
        uint upstreamJob = pool?.TakeWork(1) ?? 0;

        // A job that came to the group, not the first one of the channel.
        harness.Provider.Template(2, future: false);
        if (pool is not null)
            upstreamJob = pool.DeclareAndAcknowledge(2);
        miner.Mine(block: true);

        Effect[] effects = [.. harness.Last.Where(static effect => effect is not Effect.Reported)];
        SubmitSolution solution = Assert.IsType<SubmitSolution>(Assert.IsType<Effect.OnLink>(effects[0]).Message);
        FoundBlock block = Assert.Single(effects.OfType<Effect.Save>()).Block;
        AssertIsBlock(block, solution, 2);
        if (mode == MiningMode.FullTemplate)
        {
            PushSolution push = Assert.IsType<PushSolution>(Assert.IsType<Effect.OnLink>(effects[1]).Message);
            Assert.Equal(CoreHarness.Hash(1), push.PrevHash);
            Assert.Equal(FakeProvider.EasyBits, push.NBits);
            Assert.Equal(20, push.Extranonce.Length);
            Assert.Equal(pool!.Prefix, push.Extranonce[..4].ToArray());
            Assert.Equal(3, block.Transactions!.Value.Length);

            // What the declarator puts together of the declaration and the solution is that coinbase.
            DeclareMiningJob declared = pool.Sent<DeclareMiningJob>()[^1];
            Assert.Equal(
                solution.CoinbaseTx.ToArray(),
                (byte[])[.. declared.CoinbaseTxPrefix.Span, .. push.Extranonce.Span, .. declared.CoinbaseTxSuffix.Span]);
        }
        else
        {
            Assert.DoesNotContain(effects, static effect => effect is Effect.OnLink { Message: PushSolution });
            Assert.Null(block.Transactions);
        }

        if (pool is not null)
            Assert.Equal(upstreamJob, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Single(harness.Reports.OfType<CoreReport.BlockFound>(), static found => found.Submitted);
    }

    [Fact]
    public void A_block_of_a_job_that_is_not_acknowledged_yet_reaches_declarator_and_pool_with_the_answers()
    {
        // reference-behaviour 10.1, 14: there it never does. Our own block changes the tip meanwhile.
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(bits: FakeProvider.EasyBits);
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        miner.Mine(block: true);
        Assert.Single(harness.Provider.Got<SubmitSolution>());
        Assert.Empty(pool.Got<PushSolution>());
        FoundBlock block = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;
        harness.Provider.Template(3, future: true);
        harness.Provider.Tip(3, block.BlockHash);
        Assert.Equal(block.BlockHash, Assert.Single(harness.Reports.OfType<CoreReport.BlockConfirmed>()).BlockHash);

        pool.AcknowledgeDeclaration();
        Assert.Single(pool.Got<PushSolution>());
        Assert.Equal(CoreHarness.Hash(1), Assert.Single(pool.Got<SetCustomMiningJob>()).PrevHash);
        uint job = pool.AcknowledgeJob();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);

        // It is sent once.
        harness.Provider.Transactions(3);
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        Assert.Empty(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_block_s_share_of_a_former_tip_does_not_go_out_under_another_extranonce_prefix()
    {
        // The pool takes the job with the new prefix; a header of the old one would be a wrong share there.
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(bits: FakeProvider.EasyBits);
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        miner.Mine(block: true);
        FoundBlock block = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;
        harness.Provider.Template(3, future: true);
        harness.Provider.Tip(3, block.BlockHash);
        pool.AcknowledgeDeclaration();
        Assert.Single(pool.Got<SetCustomMiningJob>());

        pool.Send(new SetExtranoncePrefix(40, new byte[] { 1, 1, 1, 1 }));
        pool.AcknowledgeJob();
        Assert.Empty(pool.Sent<SubmitSharesExtended>());
        Assert.Empty(harness.Reports.OfType<CoreReport.StrayMessage>());
    }

    private static void AssertIsBlock(FoundBlock block, SubmitSolution solution, ulong template)
    {
        Assert.Equal(solution, block.Solution);
        Assert.Equal(template, solution.TemplateId);
        BlockHeader header = BlockHeader.Read(block.Header.Span);
        Assert.Equal(block.BlockHash, header.Hash());
        Assert.True(block.BlockHash <= CompactTarget.ToTarget(header.NBits));
        Assert.Equal((solution.Version, solution.HeaderTimestamp, solution.HeaderNonce), (header.Version, header.Time, header.Nonce));
        Assert.True(Transaction.TryParse(solution.CoinbaseTx, out Transaction? coinbase, out _));
        Assert.True(coinbase.HasWitness);
        Assert.Equal(2, coinbase.Outputs.Length);
        Assert.Equal(
            header.MerkleRoot,
            Merkle.RootFromPath(coinbase.ComputeTxid(), FakeProvider.NewTemplate(template, false).MerklePath.AsSpan()));
    }
}
