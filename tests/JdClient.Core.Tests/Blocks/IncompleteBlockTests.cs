using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Blocks;

/// <summary>Blocks whose provider was lost before it gave their transactions.</summary>
public sealed class IncompleteBlockTests
{
    // With a path that is really theirs.
    private static readonly ImmutableArray<ReadOnlyMemory<byte>> Transactions = [Payment(1), Payment(2), Payment(3)];

    [Fact]
    public void The_same_transactions_in_a_template_of_the_next_connection_complete_it()
    {
        (CoreHarness harness, FoundBlock block) = FindAndLoseProvider();
        harness.PassSeconds(2);
        harness.Provider.Connect();
        NewBlock(harness.Provider, Template(9));
        Assert.Contains(harness.Provider.Got<RequestTransactionData>(), static request => request.TemplateId == 9);

        harness.Provider.Send(Data(9, Transactions));

        AssertCompleted(harness, block);
    }

    [Fact]
    public void Other_transactions_do_not_complete_it()
    {
        (CoreHarness harness, _) = FindAndLoseProvider();
        harness.PassSeconds(2);
        harness.Provider.Connect();
        harness.Provider.NewBlock(9, 1);

        harness.Provider.Transactions(9);

        Assert.Empty(harness.Last.OfType<Effect.Save>());
    }

    [Fact]
    public void The_same_transactions_at_another_provider_complete_it()
    {
        var harness = new CoreHarness(
            MiningMode.SoloMining, configure: static options => options with { TemplateProviders = ["a", "b"] });
        harness.Provider.Bits = FakeProvider.EasyBits;
        var second = new FakeProvider(harness, 1) { Bits = FakeProvider.EasyBits };
        harness.Provider.Connect();
        NewBlock(harness.Provider, Template(1));
        second.Connect();
        NewBlock(second, Template(70));
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        miner.Mine(block: true);
        FoundBlock block = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;

        harness.Provider.Lose();
        second.Send(Data(70, Transactions));

        AssertCompleted(harness, block);
    }

    [Fact]
    public void A_block_found_on_the_old_job_when_the_same_transactions_are_known_already_is_whole_at_once()
    {
        (CoreHarness harness, FakeMiner miner) = Start();
        uint old = miner.Channel.ActiveJob!.Value;
        harness.Provider.Lose();
        harness.PassSeconds(2);
        harness.Provider.Connect();
        NewBlock(harness.Provider, Template(9), (uint)harness.Now.ToUnixTimeSeconds() - 2);
        harness.Provider.Send(Data(9, Transactions));

        miner.Mine(block: true, jobId: old);

        Assert.Equal(Transactions, harness.Last.OfType<Effect.Save>().Last().Block.Transactions);
    }

    [Fact]
    public void A_provider_that_stayed_up_gives_them_by_the_old_id()
    {
        (CoreHarness harness, FoundBlock block) = FindAndLoseProvider();
        harness.PassSeconds(2);
        harness.Provider.Connect();
        Assert.Equal(1u, Assert.Single(harness.Provider.Got<RequestTransactionData>()).TemplateId);

        harness.Provider.Send(Data(1, Transactions));

        AssertCompleted(harness, block);
        Assert.Empty(harness.Reports.OfType<CoreReport.StrayMessage>());
    }

    [Fact]
    public void Those_of_another_template_with_the_old_id_do_not_complete_it_and_are_taken_for_that_template()
    {
        // A provider that was restarted counts from the start.
        (CoreHarness harness, _) = FindAndLoseProvider();
        harness.PassSeconds(2);
        harness.Provider.Connect();
        harness.Provider.NewBlock(1, 1);

        harness.Provider.Send(Data(1, [Payment(7)]));
        Assert.Empty(harness.Last.OfType<Effect.Save>());

        harness.Miners.Single().Mine(block: true);
        Assert.Single(Assert.Single(harness.Last.OfType<Effect.Save>()).Block.Transactions!.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_provider_that_does_not_know_the_old_id_any_more_changes_nothing(bool answersWithGarbage)
    {
        (CoreHarness harness, _) = FindAndLoseProvider();
        harness.PassSeconds(2);
        harness.Provider.Connect();

        if (answersWithGarbage)
            harness.Provider.Transactions(1);
        else
            harness.Provider.RefuseTransactions(1, "template-id-not-found");

        Assert.Empty(harness.Last.OfType<Effect.Save>());
        Assert.Equal(answersWithGarbage, harness.Reports.All(static report => report is not CoreReport.TransactionDataRefused));
        harness.PassSeconds(60);
        Assert.DoesNotContain(harness.Provider.Got<RequestTransactionData>(), static request => request.TemplateId == 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Those_of_a_block_of_an_earlier_run_are_asked_for_unless_the_journal_has_them(bool isWhole)
    {
        (_, FoundBlock block) = FindAndLoseProvider();
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.On(new CoreEvent.UnconfirmedBlock(block, isWhole));
        harness.Provider.Connect();
        Assert.Equal(isWhole ? 0 : 1, harness.Provider.Got<RequestTransactionData>().Count());
        if (isWhole)
            return;

        harness.Provider.Send(Data(1, Transactions));

        AssertCompleted(harness, block);
    }

    private static void AssertCompleted(CoreHarness harness, FoundBlock block)
    {
        FoundBlock whole = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;
        Assert.Equal(block, whole with { Transactions = null });
        Assert.Equal(Transactions, whole.Transactions);
        Assert.Single(harness.Reports.OfType<CoreReport.BlockCompleted>());
    }

    private static (CoreHarness Harness, FoundBlock Block) FindAndLoseProvider()
    {
        (CoreHarness harness, FakeMiner miner) = Start();
        miner.Mine(block: true);
        FoundBlock block = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;
        Assert.Null(block.Transactions);
        harness.Provider.Lose();
        return (harness, block);
    }

    private static (CoreHarness Harness, FakeMiner Miner) Start()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Bits = FakeProvider.EasyBits;
        harness.Provider.Connect();
        NewBlock(harness.Provider, Template(1));
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        return (harness, miner);
    }

    private static NewTemplate Template(ulong id) => FakeProvider.NewTemplate(1, future: true) with
    {
        TemplateId = id,
        MerklePath = [.. Merkle.PathFromTxids([.. Transactions.Select(Txid)])],
    };

    private static void NewBlock(FakeProvider provider, NewTemplate template, uint? time = null)
    {
        provider.Send(template);
        provider.Tip(template.TemplateId, CoreHarness.Hash(1), time);
    }

    private static RequestTransactionDataSuccess Data(ulong id, ImmutableArray<ReadOnlyMemory<byte>> transactions) =>
        new(id, new byte[32], transactions);

    private static ReadOnlyMemory<byte> Payment(byte seed) => new Transaction(
        2,
        [new TxIn(new OutPoint(CoreHarness.Hash(seed), 0), new Script(new byte[] { seed }), 0xffffffff, [new byte[] { seed, 1 }])],
        [new TxOut(seed, new Script(new byte[] { 0x51 }))],
        0).Serialize();

    private static U256 Txid(ReadOnlyMemory<byte> raw)
    {
        Assert.True(Transaction.TryParse(raw, out Transaction? transaction, out _));
        return transaction.ComputeTxid();
    }
}
