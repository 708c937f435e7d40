using System.Text.Json;
using JdClient.Blocks;
using JdClient.Core;

namespace JdClient.Tests.Blocks;

/// <summary>What the journal writes of a block, and what of it is added later.</summary>
public sealed class BlockJournalTests : IDisposable
{
    private readonly JournalRuns _runs = new();
    private int _saved;

    [Fact]
    public async Task A_block_is_written_whole_with_its_solution()
    {
        FoundBlock block = JournalRuns.Block(1) with { Transactions = [new byte[] { 0xaa, 0xbb }, new byte[] { 0xcc }] };

        await _runs.FindAsync(block);

        byte[] raw = await File.ReadAllBytesAsync(_runs.BlockFile(block), TestContext.Current.CancellationToken);
        Assert.Equal([.. block.Header.ToArray(), 3, .. block.Solution.CoinbaseTx.ToArray(), 0xaa, 0xbb, 0xcc], raw);
        JsonElement entry = _runs.Entry(block);
        Assert.Equal(7u, entry.GetProperty("template_id").GetUInt64());
        Assert.Equal("010203", entry.GetProperty("coinbase_tx").GetString());
        Assert.Equal(JsonValueKind.Null, entry.GetProperty("outcome").ValueKind);
        Assert.Empty(Directory.GetFiles(_runs.Blocks, "*.tmp"));
    }

    [Fact]
    public async Task Without_transactions_the_solution_alone_is_kept()
    {
        await _runs.FindAsync(JournalRuns.Block(1));

        Assert.Empty(Directory.GetFiles(_runs.Blocks, "*.block"));
        Assert.Single(Directory.GetFiles(_runs.Blocks, "*.json"));
    }

    [Fact]
    public async Task Transactions_that_come_later_complete_the_entry()
    {
        FoundBlock block = JournalRuns.Whole(1);

        await _runs.RunAsync(journal =>
        {
            journal.Save(block with { Transactions = null }, Saved);
            journal.Record(block.BlockHash, "node", new TargetAnswer(AnswerKind.Failed, "away"), 1);
            journal.Save(block, Saved);
        });

        Assert.True(File.Exists(_runs.BlockFile(block)));
        Assert.True(_runs.Entry(block).GetProperty("has_full_block").GetBoolean());
        Assert.Equal("away", _runs.Answer(block, "node").GetProperty("detail").GetString());
        Assert.Equal(2, _saved);
    }

    [Fact]
    public async Task A_block_saved_twice_stays_as_it_is()
    {
        FoundBlock block = JournalRuns.Whole(1);

        await _runs.RunAsync(journal =>
        {
            journal.Save(block, Saved);
            journal.Observe(JournalRuns.Tip(block.BlockHash));
            journal.Save(block, Saved);
        });

        JsonElement entry = _runs.Entry(block);
        Assert.Equal("in-chain", entry.GetProperty("outcome").GetString());
        Assert.Equal(2, _saved);
    }

    [Fact]
    public async Task Answers_stand_in_the_entry_by_target_also_those_that_come_after_the_tip()
    {
        FoundBlock block = JournalRuns.Block(1);

        await _runs.RunAsync(journal =>
        {
            journal.Save(block, Saved);
            journal.Observe(new CoreReport.BlockFound(block, WorkSource.Solo, Submitted: true, Pushed: true));
            journal.Record(block.BlockHash, "node", new TargetAnswer(AnswerKind.Failed, "connection refused"), 1);
            journal.Observe(JournalRuns.Tip(block.BlockHash));
            journal.Record(block.BlockHash, "node", new TargetAnswer(AnswerKind.Duplicate, ""), 2);
            journal.Record(block.Solution, "ipc", new TargetAnswer(AnswerKind.Accepted, ""));
            journal.Record(block.Solution with { HeaderNonce = 99 }, "ipc", new TargetAnswer(AnswerKind.Rejected, "of another"));
        });

        Assert.Equal("sent", _runs.Answer(block, "provider").GetProperty("answer").GetString());
        Assert.Equal("sent", _runs.Answer(block, "job declarator").GetProperty("answer").GetString());
        Assert.Equal("duplicate", _runs.Answer(block, "node").GetProperty("answer").GetString());
        Assert.Equal(2, _runs.Answer(block, "node").GetProperty("attempts").GetInt32());
        Assert.Equal("accepted", _runs.Answer(block, "ipc").GetProperty("answer").GetString());
        JsonElement entry = _runs.Entry(block);
        Assert.Equal(WorkSource.Solo.Name, entry.GetProperty("source").GetString());
        Assert.Equal("in-chain", entry.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Without_a_directory_nothing_is_kept()
    {
        BlockJournal journal = _runs.Journal(null);
        using BlockPublisher publisher = _runs.Publisher(journal, []);
        journal.Save(JournalRuns.Block(1), Saved);
        journal.Complete();
        await _runs.WriteAsync(journal, publisher);

        Assert.False(Directory.Exists(_runs.Directory));
        Assert.Equal(1, _saved);
    }

    public void Dispose() => _runs.Dispose();

    private void Saved() => _saved++;
}
