using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests;

public sealed class HappyPathTests
{
    [Fact]
    public void Solo_miner_gets_work_and_finds_a_block()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Bits = FakeProvider.EasyBits;
        harness.Provider.Connect();
        Assert.Single(harness.Provider.Got<CoinbaseOutputConstraints>());
        harness.Provider.NewBlock(1, 1);
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();

        miner.Mine(block: true);

        SubmitSolution solution = Assert.Single(harness.Provider.Got<SubmitSolution>());
        Assert.True(Transaction.TryParse(solution.CoinbaseTx, out Transaction? coinbase, out _));
        Assert.Equal(5_000_000_000ul, coinbase.Outputs[0].Value);
        Assert.Equal(CoreHarness.SoloScript, coinbase.Outputs[0].Script.Span.ToArray());
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Single(harness.Last.OfType<Effect.Save>());
    }

    [Fact]
    public void Full_template_share_reaches_the_pool_as_mined()
    {
        var harness = new CoreHarness();
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner();
        MinerView channel = miner.OpenExtended(hashRate: 1000)!;
        FakePool pool = harness.Pool();

        pool.SetUp();
        Assert.Equal(2, pool.Sent<AllocateMiningJobToken>().Count);
        OpenExtendedMiningChannel open = Assert.Single(pool.Sent<OpenExtendedMiningChannel>());
        Assert.Equal(10, open.MinExtranonceSize);
        Assert.Equal("user0", open.UserIdentity);
        Assert.Equal(1000f, open.NominalHashRate);
        pool.GiveTokens();
        pool.OpenChannel();
        Assert.Equal(1ul, Assert.Single(TransactionRequests(harness)).TemplateId);
        harness.Provider.Transactions(1);
        DeclareMiningJob declaration = Assert.Single(pool.Got<DeclareMiningJob>());
        Assert.Equal(3, declaration.WtxidList.Length);
        pool.AcknowledgeDeclaration();
        SetCustomMiningJob custom = Assert.Single(pool.Got<SetCustomMiningJob>());
        Assert.Equal([1, 0xaa], custom.MiningJobToken.ToArray());
        uint job = pool.AcknowledgeJob();

        // The pooled job is on unchanged channels, under the unchanged prev-hash.
        Assert.Contains(harness.Reports, static report => report is CoreReport.WorkSourceChanged { To.UpstreamId: 0 });
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner), static job => job.ChannelId == 1 && job.MinNTime is not null);
        Assert.Empty(harness.ToMiner<Sv2.Protocol.Mining.SetNewPrevHash>(miner));

        miner.Mine();
        SubmitSharesExtended share = Assert.Single(pool.Got<SubmitSharesExtended>());
        Assert.Equal(pool.ChannelId, share.ChannelId);
        Assert.Equal(job, share.JobId);
        Assert.Equal(16, share.Extranonce.Length);

        // What the pool rebuilds from its own view is what the miner has mined.
        byte[] coinbase =
        [
            .. declaration.CoinbaseTxPrefix.Span, .. pool.Prefix, .. share.Extranonce.Span, .. declaration.CoinbaseTxSuffix.Span,
        ];
        Assert.True(Transaction.TryParse(coinbase, out Transaction? transaction, out _));
        U256 root = Merkle.RootFromPath(transaction.ComputeTxid(), custom.MerklePath.AsSpan());
        U256 hash = new BlockHeader(share.Version, custom.PrevHash, root, share.NTime, custom.NBits, share.Nonce).Hash();
        Assert.True(hash <= channel.Target);
    }

    [Fact]
    public void Set_up_tells_who_we_are_and_what_we_need()
    {
        var harness = new CoreHarness();
        FakePool pool = harness.Pool();
        harness.On(new CoreEvent.LinkConnected(pool.Link));
        SetupConnection mining = Assert.Single(pool.Got<SetupConnection>());
        Assert.Equal((byte)0, mining.Protocol);
        Assert.Equal(0b110u, mining.Flags);
        Assert.Equal("pool0.example", mining.EndpointHost);
        Assert.Equal("JdClient", mining.Vendor);
        Assert.Equal("1.2.3", mining.Firmware);
        harness.On(new CoreEvent.LinkConnected(pool.JobDeclarator));
        SetupConnection declaring = Assert.Single(pool.Got<SetupConnection>());
        Assert.Equal((byte)1, declaring.Protocol);
        Assert.Equal(1u, declaring.Flags);
    }

    [Fact]
    public void Coinbase_only_goes_straight_to_the_custom_job_with_one_token_each()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.CoinbaseOnly);
        FakePool pool = harness.Pool();
        uint job = pool.TakeWork(1);
        miner.Mine();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);

        harness.Provider.Template(2, future: false);
        Assert.Empty(pool.Sent<DeclareMiningJob>());
        Assert.Equal([[1], [2]], pool.Sent<SetCustomMiningJob>().Select(static custom => custom.MiningJobToken.ToArray()));

        // They are for the journal alone: a provider that does not give them holds up nothing.
        Assert.Equal([1ul, 2ul], TransactionRequests(harness).Select(static request => request.TemplateId));
        harness.Provider.RefuseTransactions(2, "template-id-not-found");
        uint second = pool.AcknowledgeJob();
        miner.Mine();
        Assert.Equal(second, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
    }

    [Fact]
    public void A_solo_block_is_saved_whole_once_its_transactions_are_known()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Bits = FakeProvider.EasyBits;
        harness.Provider.Connect();
        harness.Provider.NewBlock(1, 1);
        harness.Provider.Transactions(1, count: 3);
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();

        miner.Mine(block: true);

        Assert.Equal(3, Assert.Single(harness.Last.OfType<Effect.Save>()).Block.Transactions!.Value.Length);
    }

    private static IEnumerable<RequestTransactionData> TransactionRequests(CoreHarness harness) =>
        harness.All.OfType<Effect.OnLink>().Select(static effect => effect.Message).OfType<RequestTransactionData>();
}
