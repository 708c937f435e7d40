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

public sealed class BlockJournalTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly FakeTimeProvider _time = new(Start);
    private readonly LogCapture _capture = new();
    private readonly Inbox _inbox = new();
    private readonly ScriptedTarget _target = new();
    private int _written;

    private string Blocks => Path.Combine(_directory, "blocks");

    [Fact]
    public async Task A_block_is_written_whole_with_its_solution()
    {
        FoundBlock block = Block(1) with { Transactions = [new byte[] { 0xaa, 0xbb }, new byte[] { 0xcc }] };

        await RunAsync(journal => journal.Save(block, Written));

        byte[] raw = await File.ReadAllBytesAsync(Path.Combine(Blocks, block.BlockHash + ".block"), TestContext.Current.CancellationToken);
        Assert.Equal([.. block.Header.ToArray(), 3, .. block.Solution.CoinbaseTx.ToArray(), 0xaa, 0xbb, 0xcc], raw);
        using JsonDocument entry = Entry(block);
        Assert.Equal(7u, entry.RootElement.GetProperty("template_id").GetUInt64());
        Assert.Equal("010203", entry.RootElement.GetProperty("coinbase_tx").GetString());
        Assert.Equal(JsonValueKind.Null, entry.RootElement.GetProperty("outcome").ValueKind);
        Assert.Empty(Directory.GetFiles(Blocks, "*.tmp"));
    }

    [Fact]
    public async Task Without_transactions_the_solution_alone_is_kept()
    {
        await RunAsync(journal => journal.Save(Block(1), Written));

        Assert.Empty(Directory.GetFiles(Blocks, "*.block"));
        Assert.Single(Directory.GetFiles(Blocks, "*.json"));
    }

    [Fact]
    public async Task After_a_crash_a_block_without_outcome_is_submitted_again_as_it_was()
    {
        FoundBlock block = Block(1);
        await RunAsync(journal => journal.Save(block, Written));

        await RunAsync(_ => { });

        FoundBlock again = Assert.IsType<CoreEvent.UnconfirmedBlock>(Assert.Single(_inbox.Events)).Block;
        Assert.Equal(block.BlockHash, again.BlockHash);
        Assert.Equal(block.Header.ToArray(), again.Header.ToArray());
        Assert.Equal(block.Solution with { CoinbaseTx = default }, again.Solution with { CoinbaseTx = default });
        Assert.Equal(block.Solution.CoinbaseTx.ToArray(), again.Solution.CoinbaseTx.ToArray());
        Assert.Equal(block.FoundAt, again.FoundAt);
    }

    [Fact]
    public async Task After_a_crash_a_whole_block_goes_to_every_target_as_it_was()
    {
        FoundBlock block = Whole(1);
        await RunAsync(journal => journal.Save(block, Written));

        await RunAsync(_ => { });

        Assert.Equal(WholeBlock.Of(block)!.ToArray(), Assert.Single(_target.Submitted).ToArray());
    }

    [Fact]
    public async Task A_block_file_that_the_entry_does_not_know_of_yet_is_used()
    {
        FoundBlock block = Whole(1);
        await RunAsync(journal => journal.Save(block, Written));
        string entry = Path.Combine(Blocks, block.BlockHash + ".json");
        string text = await File.ReadAllTextAsync(entry, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            entry,
            text.Replace("\"has_full_block\": true", "\"has_full_block\": false", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        await RunAsync(_ => { });

        Assert.Single(_target.Submitted);
    }

    [Fact]
    public async Task A_block_file_that_holds_another_block_goes_nowhere()
    {
        FoundBlock block = Whole(1);
        await RunAsync(journal => journal.Save(block, Written));
        await File.WriteAllBytesAsync(
            Path.Combine(Blocks, block.BlockHash + ".block"), WholeBlock.Of(Whole(2))!.ToArray(), TestContext.Current.CancellationToken);

        await RunAsync(_ => { });

        Assert.Empty(_target.Submitted);
        Assert.Single(_inbox.Events);
    }

    [Fact]
    public async Task Transactions_that_come_later_complete_the_entry()
    {
        FoundBlock block = Whole(1);

        await RunAsync(journal =>
        {
            journal.Save(block with { Transactions = null }, Written);
            journal.Record(block.BlockHash, "node", new TargetAnswer(AnswerKind.Failed, "away"), 1);
            journal.Save(block, Written);
        });

        Assert.True(File.Exists(Path.Combine(Blocks, block.BlockHash + ".block")));
        using (JsonDocument entry = Entry(block))
            Assert.True(entry.RootElement.GetProperty("has_full_block").GetBoolean());
        Assert.Equal("away", Answer(block, "node").GetProperty("detail").GetString());
        Assert.Equal(2, _written);
    }

    [Fact]
    public async Task A_block_saved_twice_stays_as_it_is()
    {
        FoundBlock block = Whole(1);

        await RunAsync(journal =>
        {
            journal.Save(block, Written);
            journal.Observe(new CoreReport.TipChanged(0, 8, block.BlockHash, 0x207fffff, SameTip: false));
            journal.Save(block, Written);
        });

        using JsonDocument entry = Entry(block);
        Assert.Equal("in-chain", entry.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(2, _written);
    }

    [Fact]
    public async Task Answers_stand_in_the_entry_by_target_also_those_that_come_after_the_tip()
    {
        FoundBlock block = Block(1);

        await RunAsync(journal =>
        {
            journal.Save(block, Written);
            journal.Observe(new CoreReport.BlockFound(block, WorkSource.Solo, Submitted: true, Pushed: true));
            journal.Record(block.BlockHash, "node", new TargetAnswer(AnswerKind.Failed, "connection refused"), 1);
            journal.Observe(new CoreReport.TipChanged(0, 8, block.BlockHash, 0x207fffff, SameTip: false));
            journal.Record(block.BlockHash, "node", new TargetAnswer(AnswerKind.Duplicate, ""), 2);
            journal.Record(block.Solution, "ipc", new TargetAnswer(AnswerKind.Accepted, ""));
            journal.Record(block.Solution with { HeaderNonce = 99 }, "ipc", new TargetAnswer(AnswerKind.Rejected, "of another"));
        });

        Assert.Equal("sent", Answer(block, "provider").GetProperty("answer").GetString());
        Assert.Equal("sent", Answer(block, "job declarator").GetProperty("answer").GetString());
        Assert.Equal("duplicate", Answer(block, "node").GetProperty("answer").GetString());
        Assert.Equal(2, Answer(block, "node").GetProperty("attempts").GetInt32());
        Assert.Equal("accepted", Answer(block, "ipc").GetProperty("answer").GetString());
        using JsonDocument entry = Entry(block);
        Assert.Equal(WorkSource.Solo.Name, entry.RootElement.GetProperty("source").GetString());
        Assert.Equal("in-chain", entry.RootElement.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task The_oldest_concluded_blocks_are_deleted_beyond_the_number_kept_and_open_ones_stay()
    {
        var keep = new BlockJournalConfiguration { KeepEntries = 2 };
        FoundBlock open = Whole(9);
        await RunAsync(
            journal =>
            {
                journal.Save(open, Written);
                for (byte i = 1; i <= 3; i++)
                {
                    journal.Save(Whole(i), Written);
                    journal.Observe(new CoreReport.TipChanged(0, i, Whole(i).BlockHash, 0x207fffff, SameTip: false));
                }
            },
            keep);

        Assert.Equal(
            new[] { Whole(2), Whole(3), open }.Select(block => block.BlockHash + ".json").Order(),
            Directory.GetFiles(Blocks, "*.json").Select(Path.GetFileName).Order());
        Assert.False(File.Exists(Path.Combine(Blocks, Whole(1).BlockHash + ".block")));
    }

    [Fact]
    public async Task A_confirmed_block_is_kept_whole_for_some_days_and_its_entry_longer()
    {
        FoundBlock confirmed = Whole(1);
        FoundBlock lost = Whole(2);
        await RunAsync(journal =>
        {
            journal.Save(lost, Written);
            for (ulong tip = 100; tip < 106; tip++)
                journal.Observe(new CoreReport.TipChanged(0, tip, U256.From(tip), 1, SameTip: false));
            journal.Save(confirmed, Written);
            journal.Observe(new CoreReport.TipChanged(0, 8, confirmed.BlockHash, 0x207fffff, SameTip: false));
        });
        _time.Advance(TimeSpan.FromDays(6));
        await RunAsync(_ => { });
        Assert.True(File.Exists(Path.Combine(Blocks, confirmed.BlockHash + ".block")));

        _time.Advance(TimeSpan.FromDays(2));
        await RunAsync(_ => { });

        Assert.False(File.Exists(Path.Combine(Blocks, confirmed.BlockHash + ".block")));
        Assert.True(File.Exists(Path.Combine(Blocks, confirmed.BlockHash + ".json")));
        Assert.True(File.Exists(Path.Combine(Blocks, lost.BlockHash + ".block")));
    }

    [Fact]
    public async Task A_block_that_became_the_tip_is_not_submitted_again()
    {
        FoundBlock block = Block(1);
        await RunAsync(journal =>
        {
            journal.Save(block, Written);
            journal.Observe(new CoreReport.TipChanged(0, 8, block.BlockHash, 0x207fffff, SameTip: false));
        });
        await RunAsync(_ => { });

        Assert.Empty(_inbox.Events);
        using JsonDocument entry = Entry(block);
        Assert.Equal("in-chain", entry.RootElement.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_block_that_never_became_the_tip_is_given_up_after_six_others()
    {
        FoundBlock block = Block(1);
        await RunAsync(journal =>
        {
            journal.Save(block, Written);
            journal.Record(block.BlockHash, "target", new TargetAnswer(AnswerKind.Rejected, "bad-prevblk"), 1);
            for (ulong tip = 100; tip < 105; tip++)
                journal.Observe(new CoreReport.TipChanged(0, tip, U256.From(tip), 1, SameTip: false));
        });
        using (JsonDocument entry = Entry(block))
            Assert.Equal(JsonValueKind.Null, entry.RootElement.GetProperty("outcome").ValueKind);

        await RunAsync(journal =>
        {
            for (ulong tip = 200; tip < 206; tip++)
                journal.Observe(new CoreReport.TipChanged(0, tip, U256.From(tip), 1, SameTip: false));
        });
        using (JsonDocument entry = Entry(block))
            Assert.Equal("not-seen-as-tip", entry.RootElement.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_block_of_days_ago_is_not_submitted_again()
    {
        await RunAsync(journal => journal.Save(Block(1), Written));
        _time.Advance(TimeSpan.FromDays(2));

        await RunAsync(_ => { });

        Assert.Empty(_inbox.Events);
    }

    [Fact]
    public async Task An_interrupted_write_leaves_nothing_that_is_taken_for_a_block()
    {
        Directory.CreateDirectory(Blocks);
        await File.WriteAllTextAsync(Path.Combine(Blocks, "00.json.tmp"), "{ \"hash\":", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Blocks, "00.block.tmp"), "x", TestContext.Current.CancellationToken);

        await RunAsync(_ => { });

        Assert.Empty(Directory.GetFiles(Blocks));
        Assert.Empty(_inbox.Events);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"hash\":\"../../x\",\"header\":\"\",\"template_id\":1,\"version\":1,\"header_timestamp\":1,\"header_nonce\":1,"
        + "\"coinbase_tx\":\"\",\"provider\":\"\",\"found_at\":\"2026-11-23T12:00:00Z\",\"found_by\":\"\",\"has_full_block\":false,"
        + "\"outcome\":\"in-chain\"}")]
    [InlineData("{\"hash\":null,\"header\":null,\"template_id\":1,\"version\":1,\"header_timestamp\":1,\"header_nonce\":1,"
        + "\"coinbase_tx\":null,\"provider\":\"\",\"found_at\":\"2026-11-23T12:00:00Z\",\"found_by\":\"\",\"has_full_block\":false}")]
    [InlineData("{\"hash\":\"zz\",\"header\":\"zz\",\"template_id\":1,\"version\":1,\"header_timestamp\":1,\"header_nonce\":1,"
        + "\"coinbase_tx\":\"\",\"provider\":\"\",\"found_at\":\"2026-11-23T12:00:00Z\",\"found_by\":\"\",\"has_full_block\":false}")]
    public async Task A_damaged_entry_is_told_and_left_alone_and_others_are_read(string text)
    {
        await RunAsync(journal => journal.Save(Block(1), Written));
        string damaged = Path.Combine(Blocks, "damaged.json");
        await File.WriteAllTextAsync(damaged, text, TestContext.Current.CancellationToken);

        await RunAsync(_ => { });

        Assert.Single(_inbox.Events);
        Assert.Contains(_capture.Lines, line => line.EventId == 5014 && line.Text.Contains("damaged.json", StringComparison.Ordinal));
        Assert.Equal(text, await File.ReadAllTextAsync(damaged, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_disk_that_refuses_is_told_and_nothing_else()
    {
        // A file where the directory should be.
        await File.WriteAllTextAsync(_directory, "", TestContext.Current.CancellationToken);

        await RunAsync(journal => journal.Save(Block(1), Written));

        Assert.Contains(_capture.Lines, line => line.EventId == 5013);
        Assert.Contains(_capture.Lines, line => line.EventId == 5011);
        File.Delete(_directory);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_opened_keeps_no_other_from_being_read()
    {
        await RunAsync(journal => journal.Save(Block(1), Written));
        string dangling = Path.Combine(Blocks, "00.json");
        File.CreateSymbolicLink(dangling, Path.Combine(Blocks, "gone"));

        await RunAsync(_ => { });

        Assert.Single(_inbox.Events);
        Assert.Contains(_capture.Lines, line => line.EventId == 5014 && line.Text.Contains("00.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_solution_is_kept_where_the_whole_block_cannot_be()
    {
        // A directory in the way of the block's file: the disk refuses the large one of the two.
        FoundBlock block = Block(1) with { Transactions = [new byte[] { 0xaa }] };
        Directory.CreateDirectory(Path.Combine(Blocks, block.BlockHash + ".block.tmp"));

        await RunAsync(journal => journal.Save(block, Written));

        Assert.Contains(_capture.Lines, line => line.EventId == 5011);
        using (JsonDocument entry = Entry(block))
            Assert.False(entry.RootElement.GetProperty("has_full_block").GetBoolean());
        await RunAsync(_ => { });
        Assert.Single(_inbox.Events);
    }

    [Fact]
    public async Task Without_a_directory_nothing_is_kept()
    {
        BlockJournal journal = Journal(null);
        using var publisher = new BlockPublisher([], journal, _time, new LoggerFactory([_capture]).CreateLogger<BlockPublisher>());
        journal.Save(Block(1), Written);
        journal.Complete();
        await journal.RunAsync(_inbox, publisher, TestContext.Current.CancellationToken);

        Assert.False(Directory.Exists(_directory));
        Assert.Equal(1, _written);
    }

    public void Dispose()
    {
        _capture.Dispose();
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    private static FoundBlock Block(byte seed)
    {
        byte[] header = new byte[80];
        header.AsSpan().Fill(seed);
        return new FoundBlock(
            Sha256d.Hash(header),
            header,
            new SubmitSolution(7, 0x20000000, 5, 6, new byte[] { 1, 2, 3 }),
            ProviderIndex: 0,
            Transactions: null,
            Start,
            "miner 1 channel 2 \"me\"");
    }

    private static FoundBlock Whole(byte seed) => Block(seed) with { Transactions = [new byte[] { seed, 0xbb }] };

    private JsonElement Answer(FoundBlock block, string target)
    {
        using JsonDocument entry = Entry(block);
        return entry.RootElement.GetProperty("answers").EnumerateArray()
            .Single(answer => answer.GetProperty("target").GetString() == target).Clone();
    }

    private JsonDocument Entry(FoundBlock block) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Blocks, block.BlockHash + ".json")));

    /// <summary>One run of the daemon as far as the journal sees it.</summary>
    private async Task RunAsync(Action<BlockJournal> act, BlockJournalConfiguration? keep = null)
    {
        BlockJournal journal = Journal(_directory, keep);
        using var publisher = new BlockPublisher([_target], journal, _time, new LoggerFactory([_capture]).CreateLogger<BlockPublisher>());
        act(journal);
        journal.Complete();
        await journal.RunAsync(_inbox, publisher, TestContext.Current.CancellationToken);
        publisher.Complete(TimeSpan.FromMinutes(1));
        await publisher.RunAllAsync();
    }

    private BlockJournal Journal(string? directory, BlockJournalConfiguration? keep = null) => new(
        directory,
        keep ?? new BlockJournalConfiguration(),
        new Names(),
        1,
        _time,
        new LoggerFactory([_capture]).CreateLogger<BlockJournal>());

    private void Written() => _written++;

    private sealed class Inbox : IEventSink
    {
        internal List<CoreEvent> Events { get; } = [];

        public ValueTask PostAsync(CoreEvent coreEvent, CancellationToken cancellationToken)
        {
            Events.Add(coreEvent);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Names : IPeerNames
    {
        public string Of(SessionId session) => "-";

        public string Of(LinkRole role, int index) => "-";

        public string Upstream(int index) => "-";

        public string Provider(int index) => "provider";
    }
}
