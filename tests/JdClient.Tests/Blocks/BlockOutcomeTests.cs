using Bitcoin;
using JdClient.Blocks;
using JdClient.Core;

namespace JdClient.Tests.Blocks;

/// <summary>When the journal takes a block for lost, and when it waits for a node instead.</summary>
public sealed class BlockOutcomeTests : IDisposable
{
    private static readonly TargetAnswer Away = TargetAnswer.Failed("connection refused");

    private readonly JournalRuns _runs = new(Away);
    private ulong _tip = 1000;

    [Fact]
    public async Task A_block_that_never_became_the_tip_is_given_up_after_six_others()
    {
        FoundBlock block = JournalRuns.Block(1);
        await _runs.RunAsync(journal =>
        {
            journal.Save(block, static () => { });
            journal.Record(block.BlockHash, "target", new TargetAnswer(AnswerKind.Rejected, "bad-prevblk"), 1);
            Tips(journal, 5);
        });
        Assert.Null(_runs.Outcome(block));

        await _runs.RunAsync(journal => Tips(journal, 6));
        Assert.Equal("not-seen-as-tip", _runs.Outcome(block));
    }

    [Fact]
    public async Task A_block_that_no_node_could_be_asked_about_is_sent_on_however_many_tips_pass()
    {
        FoundBlock block = JournalRuns.Whole(1);

        await _runs.RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, block);
            journal.Record(block.BlockHash, "target", Away, 1);
            Tips(journal, 50);
        });

        Assert.Null(_runs.Outcome(block));
        Assert.Single(_runs.Target.Submitted);
        Assert.Contains(
            "connection refused", Assert.Single(_runs.Capture.Lines, line => line.EventId == 5017).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_by_one_node_ends_nothing_while_another_is_away()
    {
        FoundBlock block = JournalRuns.Whole(1);

        await _runs.RunAsync(
            (journal, publisher) =>
            {
                Find(journal, publisher, block);
                journal.Record(block.BlockHash, "target", new TargetAnswer(AnswerKind.Rejected, "high-hash"), 1);
                Tips(journal, 6);
            },
            more: new ScriptedTarget(Away) { Name = "other" });

        Assert.Null(_runs.Outcome(block));
    }

    [Theory]
    [InlineData(AnswerKind.Accepted)]
    [InlineData(AnswerKind.Duplicate)]
    [InlineData(AnswerKind.Inconclusive)]
    [InlineData(AnswerKind.Rejected)]
    public async Task A_block_that_its_node_has_answered_for_is_lost_after_six_other_tips_and_not_after_five(object answer)
    {
        FoundBlock early = JournalRuns.Whole(1);
        FoundBlock late = JournalRuns.Whole(2);

        await _runs.RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, late);
            journal.Record(late.BlockHash, "target", new TargetAnswer((AnswerKind)answer, "why"), 1);
            Tips(journal, 1);
            Find(journal, publisher, early);
            journal.Record(early.BlockHash, "target", new TargetAnswer((AnswerKind)answer, "why"), 1);
            Tips(journal, 5);
        });

        Assert.Null(_runs.Outcome(early));
        Assert.Equal("not-seen-as-tip", _runs.Outcome(late));
        Assert.Equal(early.BlockHash, Assert.Single(_runs.Target.Submitted).Hash);
        AssertTold(5019, late);
    }

    [Theory]
    [InlineData(true, "not-seen-as-tip")]
    [InlineData(false, null)]
    public async Task Where_no_node_takes_whole_blocks_it_counts_whether_its_provider_had_the_solution(bool submitted, string? outcome)
    {
        FoundBlock block = JournalRuns.Whole(1);

        await _runs.RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, block);
            journal.Record(block.BlockHash, "target", new TargetAnswer(AnswerKind.Unsupported, "Bitcoin Core 31"), 1);
            journal.Observe(new CoreReport.BlockFound(block, WorkSource.Solo, submitted, Pushed: false));
            Tips(journal, 6);
        });

        Assert.Equal(outcome, _runs.Outcome(block));
    }

    [Fact]
    public async Task A_late_block_may_still_become_the_tip()
    {
        FoundBlock block = JournalRuns.Whole(1);

        await _runs.RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, block);
            Tips(journal, 8);
            journal.Observe(JournalRuns.Tip(block.BlockHash));
        });

        Assert.Equal("in-chain", _runs.Outcome(block));
        Assert.Empty(_runs.Target.Submitted);
    }

    [Fact]
    public async Task Transactions_that_come_after_six_tips_still_make_it_whole_and_send_it()
    {
        FoundBlock block = JournalRuns.Whole(1);

        await _runs.RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, block with { Transactions = null });
            journal.Observe(new CoreReport.BlockFound(block, WorkSource.Solo, Submitted: true, Pushed: false));
            Tips(journal, 6);
            Find(journal, publisher, block);
        });

        Assert.True(File.Exists(_runs.BlockFile(block)));
        Assert.Single(_runs.Target.Submitted);
    }

    [Fact]
    public async Task A_block_that_no_node_answered_for_is_sent_after_a_restart_and_given_up_a_day_after_it_was_found()
    {
        FoundBlock block = JournalRuns.Whole(1);
        await _runs.RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, block);
            Tips(journal, 6);
        });
        _runs.Time.Advance(TimeSpan.FromHours(23));
        await _runs.RunAsync();
        Assert.Equal(2, _runs.Target.Submitted.Count);
        Assert.Null(_runs.Outcome(block));

        _runs.Time.Advance(TimeSpan.FromHours(2));
        await _runs.RunAsync();

        Assert.Equal(2, _runs.Target.Submitted.Count);
        Assert.Equal("too-old-to-submit", _runs.Outcome(block));
        AssertTold(5018, block);
        Assert.True(File.Exists(_runs.BlockFile(block)));
    }

    [Fact]
    public async Task The_day_also_ends_in_a_run()
    {
        FoundBlock block = JournalRuns.Whole(1);
        BlockJournal journal = _runs.Journal(_runs.Directory);
        using BlockPublisher publisher = _runs.Publisher(journal, [_runs.Target]);
        Find(journal, publisher, block);
        Tips(journal, 6);
        Task run = _runs.WriteAsync(journal, publisher);
        await journal.WrittenAsync();
        _runs.Time.Advance(TimeSpan.FromHours(25));
        Tips(journal, 1);
        journal.Complete();
        await run;

        Assert.Equal("too-old-to-submit", _runs.Outcome(block));
        Assert.Single(_runs.Capture.Lines, line => line.EventId == 5017);
    }

    [Fact]
    public async Task Of_too_many_late_blocks_the_oldest_is_given_up()
    {
        FoundBlock[] blocks = [.. Enumerable.Range(0, TargetQueue.Capacity + 1).Select(i => JournalRuns.Whole((byte)i))];

        await _runs.RunAsync((journal, publisher) =>
        {
            foreach (FoundBlock block in blocks)
                journal.Save(block, () => { });
            Tips(journal, 6);
        });

        Assert.Equal("not-seen-as-tip", _runs.Outcome(blocks[0]));
        Assert.All(blocks[1..], block => Assert.Null(_runs.Outcome(block)));
        AssertTold(5018, blocks[0]);
    }

    [Fact]
    public async Task A_late_block_is_sent_after_younger_ones_and_makes_room_for_them()
    {
        var target = new ScriptedTarget(Away);
        using BlockPublisher publisher = _runs.Publisher(_runs.Journal(_runs.Directory), [target]);
        FoundBlock[] blocks = [.. Enumerable.Range(0, TargetQueue.Capacity + 1).Select(i => JournalRuns.Whole((byte)i))];
        foreach (FoundBlock block in blocks[..TargetQueue.Capacity])
            publisher.Publish(block);
        publisher.Defer(blocks[0].BlockHash);
        publisher.Defer(blocks[1].BlockHash);

        publisher.Publish(blocks[^1]);
        publisher.Complete(TimeSpan.FromMinutes(1));
        await publisher.RunAllAsync();

        Assert.Equal(
            [.. blocks[2..].Select(block => block.BlockHash), blocks[1].BlockHash], target.Submitted.Select(block => block.Hash));
        AssertTold(5023, blocks[0]);
    }

    public void Dispose() => _runs.Dispose();

    private static void Find(BlockJournal journal, BlockPublisher publisher, FoundBlock block)
    {
        publisher.Publish(block);
        journal.Save(block, () => { });
    }

    private void AssertTold(int eventId, FoundBlock block) => Assert.Contains(
        block.BlockHash.ToString(), Assert.Single(_runs.Capture.Lines, line => line.EventId == eventId).Text, StringComparison.Ordinal);

    private void Tips(BlockJournal journal, int count)
    {
        for (int i = 0; i < count; i++)
            journal.Observe(JournalRuns.Tip(U256.From(_tip++)));
    }
}
