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

/// <summary>Runs of the daemon, one after another, as far as the journal sees them: one directory, one clock, one node.</summary>
internal sealed class JournalRuns(params TargetAnswer[] answers) : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    internal string Directory { get; } = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    internal string Blocks => Path.Combine(Directory, "blocks");

    internal FakeTimeProvider Time { get; } = new(Start);

    internal LogCapture Capture { get; } = new();

    internal ScriptedTarget Target { get; } = new(answers);

    /// <summary>What the journal gave to the core.</summary>
    internal List<CoreEvent> Posted { get; } = [];

    /// <summary>A block without transactions, found at the start of the clock.</summary>
    internal static FoundBlock Block(byte seed)
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

    internal static FoundBlock Whole(byte seed) => Block(seed) with { Transactions = [new byte[] { seed, 0xbb }] };

    internal static CoreReport.TipChanged Tip(U256 hash) => new(0, 8, hash, 0x207fffff, SameTip: false);

    internal string EntryFile(FoundBlock block) => Path.Combine(Blocks, block.BlockHash + ".json");

    internal string BlockFile(FoundBlock block) => Path.Combine(Blocks, block.BlockHash + ".block");

    internal JsonElement Entry(FoundBlock block)
    {
        using JsonDocument entry = JsonDocument.Parse(File.ReadAllBytes(EntryFile(block)));
        return entry.RootElement.Clone();
    }

    internal string? Outcome(FoundBlock block) => Entry(block).GetProperty("outcome").GetString();

    /// <summary>The entry's answer of one target.</summary>
    internal JsonElement Answer(FoundBlock block, string target) => Entry(block).GetProperty("answers").EnumerateArray()
        .Single(answer => answer.GetProperty("target").GetString() == target);

    /// <summary>A run in which a block is found and nothing else.</summary>
    internal Task FindAsync(FoundBlock block) => RunAsync(journal => journal.Save(block, static () => { }));

    internal Task RunAsync() => RunAsync(static _ => { });

    internal Task RunAsync(Action<BlockJournal> act, BlockJournalConfiguration? keep = null) =>
        RunAsync((journal, _) => act(journal), keep);

    /// <summary>One run; what is still to be sent is sent at its end.</summary>
    internal async Task RunAsync(
        Action<BlockJournal, BlockPublisher> act, BlockJournalConfiguration? keep = null, params IBlockTarget[] more)
    {
        BlockJournal journal = Journal(Directory, keep);
        using BlockPublisher publisher = Publisher(journal, [Target, .. more]);
        act(journal, publisher);
        journal.Complete();
        await journal.RunAsync(new Inbox(Posted), publisher, TestContext.Current.CancellationToken);
        publisher.Complete(TimeSpan.FromMinutes(1));
        await publisher.RunAllAsync();
    }

    internal Task WriteAsync(BlockJournal journal, BlockPublisher publisher) =>
        journal.RunAsync(new Inbox(Posted), publisher, TestContext.Current.CancellationToken);

    internal BlockJournal Journal(string? directory, BlockJournalConfiguration? keep = null) => new(
        directory,
        keep ?? new BlockJournalConfiguration(),
        new Names(),
        1,
        Time,
        new LoggerFactory([Capture]).CreateLogger<BlockJournal>());

    internal BlockPublisher Publisher(IBlockAnswers recorder, IEnumerable<IBlockTarget> targets) =>
        new(targets, recorder, Time, new LoggerFactory([Capture]).CreateLogger<BlockPublisher>());

    public void Dispose()
    {
        Capture.Dispose();
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    private sealed class Inbox(List<CoreEvent> posted) : IEventSink
    {
        public ValueTask PostAsync(CoreEvent coreEvent, CancellationToken cancellationToken)
        {
            posted.Add(coreEvent);
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
