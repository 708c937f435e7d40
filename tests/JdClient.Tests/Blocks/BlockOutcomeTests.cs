using System.Text.Json;
using Bitcoin;
using JdClient.Blocks;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Tests.Blocks;

/// <summary>When the journal takes a block for lost, and when it waits for a node instead.</summary>
public sealed class BlockOutcomeTests : IDisposable
{
    private static readonly TargetAnswer Away = TargetAnswer.Failed("connection refused");

    private readonly string _directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 3, 0, 0, TimeSpan.Zero));
    private readonly LogCapture _capture = new();
    private readonly ScriptedTarget _target = new(Away);
    private ulong _tip = 1000;

    [Fact]
    public async Task A_block_that_no_node_could_be_asked_about_is_sent_on_however_many_tips_pass()
    {
        FoundBlock block = Block(1);

        await RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, block);
            journal.Record(block.BlockHash, "target", Away, 1);
            Tips(journal, 50);
        });

        Assert.Null(Outcome(block));
        Assert.Single(_target.Submitted);
        Assert.Contains("connection refused", Assert.Single(_capture.Lines, line => line.EventId == 5017).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_by_one_node_ends_nothing_while_another_is_away()
    {
        FoundBlock block = Block(1);

        await RunAsync(
            (journal, publisher) =>
            {
                Find(journal, publisher, block);
                journal.Record(block.BlockHash, "target", new TargetAnswer(AnswerKind.Rejected, "high-hash"), 1);
                Tips(journal, 6);
            },
            new NamedTarget("other", Away));

        Assert.Null(Outcome(block));
    }

    [Theory]
    [InlineData(AnswerKind.Accepted)]
    [InlineData(AnswerKind.Duplicate)]
    [InlineData(AnswerKind.Inconclusive)]
    [InlineData(AnswerKind.Rejected)]
    public async Task A_block_that_its_node_has_answered_for_is_lost_after_six_other_tips_and_not_after_five(object answer)
    {
        FoundBlock early = Block(1);
        FoundBlock late = Block(2);

        await RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, late);
            journal.Record(late.BlockHash, "target", new TargetAnswer((AnswerKind)answer, "why"), 1);
            Tips(journal, 1);
            Find(journal, publisher, early);
            journal.Record(early.BlockHash, "target", new TargetAnswer((AnswerKind)answer, "why"), 1);
            Tips(journal, 5);
        });

        Assert.Null(Outcome(early));
        Assert.Equal("not-seen-as-tip", Outcome(late));
        Assert.Equal(early.BlockHash, Assert.Single(_target.Submitted).Hash);
        AssertTold(5019, late);
    }

    [Theory]
    [InlineData(true, "not-seen-as-tip")]
    [InlineData(false, null)]
    public async Task Where_no_node_takes_whole_blocks_it_counts_whether_its_provider_had_the_solution(bool submitted, string? outcome)
    {
        FoundBlock block = Block(1);

        await RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, block);
            journal.Record(block.BlockHash, "target", new TargetAnswer(AnswerKind.Unsupported, "Bitcoin Core 31"), 1);
            journal.Observe(new CoreReport.BlockFound(block, WorkSource.Solo, submitted, Pushed: false));
            Tips(journal, 6);
        });

        Assert.Equal(outcome, Outcome(block));
    }

    [Fact]
    public async Task A_late_block_may_still_become_the_tip()
    {
        FoundBlock block = Block(1);

        await RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, block);
            Tips(journal, 8);
            journal.Observe(Tip(block.BlockHash));
        });

        Assert.Equal("in-chain", Outcome(block));
        Assert.Empty(_target.Submitted);
    }

    [Fact]
    public async Task Transactions_that_come_after_six_tips_still_make_it_whole_and_send_it()
    {
        FoundBlock block = Block(1);

        await RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, block with { Transactions = null });
            journal.Observe(new CoreReport.BlockFound(block, WorkSource.Solo, Submitted: true, Pushed: false));
            Tips(journal, 6);
            Find(journal, publisher, block);
        });

        Assert.True(File.Exists(Path.Combine(_directory, "blocks", block.BlockHash + ".block")));
        Assert.Single(_target.Submitted);
    }

    [Fact]
    public async Task A_block_that_no_node_answered_for_is_sent_after_a_restart_and_given_up_a_day_after_it_was_found()
    {
        FoundBlock block = Block(1);
        await RunAsync((journal, publisher) =>
        {
            Find(journal, publisher, block);
            Tips(journal, 6);
        });
        _time.Advance(TimeSpan.FromHours(23));
        await RunAsync((_, _) => { });
        Assert.Equal(2, _target.Submitted.Count);
        Assert.Null(Outcome(block));

        _time.Advance(TimeSpan.FromHours(2));
        await RunAsync((_, _) => { });

        Assert.Equal(2, _target.Submitted.Count);
        Assert.Equal("too-old-to-submit", Outcome(block));
        AssertTold(5018, block);
        Assert.True(File.Exists(Path.Combine(_directory, "blocks", block.BlockHash + ".block")));
    }

    [Fact]
    public async Task The_day_also_ends_in_a_run()
    {
        FoundBlock block = Block(1);
        BlockJournal journal = Journal();
        using BlockPublisher publisher = Publisher(journal, [_target]);
        Find(journal, publisher, block);
        Tips(journal, 6);
        Task run = journal.RunAsync(new Nowhere(), publisher, TestContext.Current.CancellationToken);
        await journal.WrittenAsync();
        _time.Advance(TimeSpan.FromHours(25));
        Tips(journal, 1);
        journal.Complete();
        await run;

        Assert.Equal("too-old-to-submit", Outcome(block));
        Assert.Single(_capture.Lines, line => line.EventId == 5017);
    }

    [Fact]
    public async Task Of_too_many_late_blocks_the_oldest_is_given_up()
    {
        FoundBlock[] blocks = [.. Enumerable.Range(0, TargetQueue.Capacity + 1).Select(i => Block((byte)i))];

        await RunAsync((journal, publisher) =>
        {
            foreach (FoundBlock block in blocks)
                journal.Save(block, () => { });
            Tips(journal, 6);
        });

        Assert.Equal("not-seen-as-tip", Outcome(blocks[0]));
        Assert.All(blocks[1..], block => Assert.Null(Outcome(block)));
        AssertTold(5018, blocks[0]);
    }

    [Fact]
    public async Task A_late_block_is_sent_after_younger_ones_and_makes_room_for_them()
    {
        var target = new ScriptedTarget(Away);
        using BlockPublisher publisher = Publisher(Journal(), [target]);
        FoundBlock[] blocks = [.. Enumerable.Range(0, TargetQueue.Capacity + 1).Select(i => Block((byte)i))];
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

    public void Dispose()
    {
        _capture.Dispose();
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    private static void Find(BlockJournal journal, BlockPublisher publisher, FoundBlock block)
    {
        publisher.Publish(block);
        journal.Save(block, () => { });
    }

    private static CoreReport.TipChanged Tip(U256 hash) => new(0, 8, hash, 0x207fffff, SameTip: false);

    private void AssertTold(int eventId, FoundBlock block) => Assert.Contains(
        block.BlockHash.ToString(), Assert.Single(_capture.Lines, line => line.EventId == eventId).Text, StringComparison.Ordinal);

    private void Tips(BlockJournal journal, int count)
    {
        for (int i = 0; i < count; i++)
            journal.Observe(Tip(U256.From(_tip++)));
    }

    private FoundBlock Block(byte seed)
    {
        byte[] header = new byte[80];
        header.AsSpan().Fill(seed);
        return new FoundBlock(
            Sha256d.Hash(header),
            header,
            new SubmitSolution(seed, 0x20000000, 5, 6, new byte[] { 1, 2, 3 }),
            ProviderIndex: 0,
            Transactions: [new byte[] { seed, 0xbb }],
            _time.GetUtcNow(),
            "miner 1 channel 2 \"me\"");
    }

    private string? Outcome(FoundBlock block)
    {
        using JsonDocument entry = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_directory, "blocks", block.BlockHash + ".json")));
        return entry.RootElement.GetProperty("outcome").GetString();
    }

    /// <summary>One run of the daemon as far as journal and publisher see it; what is still to be sent is sent at its end.</summary>
    private async Task RunAsync(Action<BlockJournal, BlockPublisher> act, params IBlockTarget[] more)
    {
        BlockJournal journal = Journal();
        using BlockPublisher publisher = Publisher(journal, [_target, .. more]);
        act(journal, publisher);
        journal.Complete();
        await journal.RunAsync(new Nowhere(), publisher, TestContext.Current.CancellationToken);
        publisher.Complete(TimeSpan.FromMinutes(1));
        await publisher.RunAllAsync();
    }

    private BlockJournal Journal() => new(
        _directory,
        new BlockJournalConfiguration(),
        new Names(),
        1,
        _time,
        new LoggerFactory([_capture]).CreateLogger<BlockJournal>());

    private BlockPublisher Publisher(IBlockAnswers answers, IEnumerable<IBlockTarget> targets) =>
        new(targets, answers, _time, new LoggerFactory([_capture]).CreateLogger<BlockPublisher>());

    private sealed class NamedTarget(string name, TargetAnswer answer) : IBlockTarget
    {
        public string Name => name;

        public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<TargetAnswer> SubmitAsync(WholeBlock block, CancellationToken cancellationToken) => Task.FromResult(answer);
    }

    private sealed class Nowhere : IEventSink
    {
        public ValueTask PostAsync(CoreEvent coreEvent, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class Names : IPeerNames
    {
        public string Of(SessionId session) => "-";

        public string Of(LinkRole role, int index) => "-";

        public string Upstream(int index) => "-";

        public string Provider(int index) => "provider";
    }
}
