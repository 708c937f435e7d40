using System.Threading.Channels;
using Bitcoin;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using Microsoft.Extensions.Logging;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Blocks;

/// <summary>
/// Keeps found blocks on disk until it is known what became of them (design §7), on a task of its own, with what everybody that a
/// block was handed to said about it. Blocks of an earlier run without an outcome go to the channel manager and the publisher, which
/// submit them again. What the disk refuses is logged and nothing else: a block is published whether or not it can be kept.
/// </summary>
internal sealed partial class BlockJournal : IBlockAnswers
{
    /// <summary>Blocks, tips and answers that wait to be written. More blocks than this at once are not found.</summary>
    private const int QueueCapacity = 1024;

    /// <summary>Concluded blocks whose answers are still taken down: they come a moment after the tip.</summary>
    private const int RecentCapacity = 64;

    private readonly JournalDirectory? _directory;
    private readonly ConcludedBlocks? _concluded;
    private readonly IPeerNames _names;
    private readonly int _providers;
    private readonly TimeProvider _time;
    private readonly ILogger<BlockJournal> _log;
    private readonly Channel<Command> _queue =
        Channel.CreateBounded<Command>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });

    // Touched by the journal's task alone: entries without an outcome, oldest first, with the tips they have seen, and those
    // concluded last.
    private readonly OrderedDictionary<U256, (JournalEntry Entry, int Tips)> _open = [];
    private readonly OrderedDictionary<U256, JournalEntry> _recent = [];

    /// <param name="path">The directory; null keeps nothing.</param>
    /// <param name="keep">What is kept for how long.</param>
    /// <param name="names">Names of the template providers.</param>
    /// <param name="providers">How many providers are configured.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where results and failures are told.</param>
    internal BlockJournal(
        string? path, BlockJournalConfiguration keep, IPeerNames names, int providers, TimeProvider time, ILogger<BlockJournal> log)
    {
        if (path is not null)
        {
            _directory = JournalDirectory.Of(path);
            _concluded = new ConcludedBlocks(_directory, keep, time);
        }

        _names = names;
        _providers = providers;
        _time = time;
        _log = log;
    }

    private abstract record Command
    {
        internal sealed record Save(FoundBlock Block, Action Written) : Command;

        internal sealed record Found(CoreReport.BlockFound Report) : Command;

        internal sealed record Tip(U256 Hash) : Command;

        internal sealed record Mark(TaskCompletionSource Reached) : Command;

        internal sealed record Answer(U256? Hash, SubmitSolution? Solution, JournalAnswer Said) : Command;
    }

    /// <summary>
    /// Queues a block to be written. Never waits. A second time, it completes an entry whose transactions were not known.
    /// </summary>
    /// <param name="block">The block.</param>
    /// <param name="written">
    /// Called once, on any thread, when everything of it is on disk, or when it will never be: the miner may then be told that its
    /// share was taken.
    /// </param>
    internal void Save(FoundBlock block, Action written)
    {
        if (_queue.Writer.TryWrite(new Command.Save(block, written)))
            return;
        _log.BlockNotQueued(block.BlockHash.ToString());
        written();
    }

    /// <summary>Looks out for tips, which say whether a block is in the chain. Never waits.</summary>
    internal void Observe(CoreReport report)
    {
        // What finds no room is one line less in an entry; the block itself is safe.
        if (report is CoreReport.TipChanged { SameTip: false, Standby: false } tip)
            _ = _queue.Writer.TryWrite(new Command.Tip(tip.PrevHash));
        else if (report is CoreReport.BlockFound found)
            _ = _queue.Writer.TryWrite(new Command.Found(found));
    }

    /// <inheritdoc/>
    public void Record(U256 hash, string target, TargetAnswer answer, int attempts) =>
        _ = _queue.Writer.TryWrite(new Command.Answer(hash, null, Said(target, answer, attempts)));

    /// <inheritdoc/>
    public void Record(SubmitSolution solution, string target, TargetAnswer answer) =>
        _ = _queue.Writer.TryWrite(new Command.Answer(null, solution, Said(target, answer, 1)));

    /// <summary>Completes when everything that is queued now has been written.</summary>
    internal Task WrittenAsync()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _queue.Writer.TryWrite(new Command.Mark(reached)) ? reached.Task : Task.CompletedTask;
    }

    /// <summary>No more is queued; <see cref="RunAsync"/> ends when everything is written.</summary>
    internal void Complete() => _queue.Writer.TryComplete();

    /// <summary>Reads the journal, then writes until <see cref="Complete"/>.</summary>
    /// <param name="inbox">Takes the blocks without an outcome.</param>
    /// <param name="publisher">Takes them whole, and hears which need nothing more.</param>
    /// <param name="stopping">Ends waiting for the inbox.</param>
    internal async Task RunAsync(IEventSink inbox, BlockPublisher publisher, CancellationToken stopping)
    {
        try
        {
            await LoadAllAsync(inbox, publisher, stopping);
        }
        catch (OperationCanceledException)
        {
            // Stopping while reading: what is queued is still written below.
        }
        catch (Exception exception)
        {
            // Whatever it was, blocks of this run are still to be written.
            _log.JournalUnusable(exception, _directory?.Path ?? "");
        }

        // Not cancelled by a stop: a block found in the last moment is written all the same.
        await foreach (Command command in _queue.Reader.ReadAllAsync(CancellationToken.None))
            Execute(command, publisher);
    }

    private void Execute(Command command, BlockPublisher publisher)
    {
        switch (command)
        {
            case Command.Save save:
                try
                {
                    Write(save.Block);
                }
                finally
                {
                    save.Written();
                }

                break;
            case Command.Found found:
                OnFound(found.Report);
                break;
            case Command.Tip tip:
                OnTip(tip.Hash, publisher);
                break;
            case Command.Answer answer:
                OnAnswer(answer);
                break;
            case Command.Mark mark:
                mark.Reached.TrySetResult();
                break;
        }
    }

    private void Write(FoundBlock block)
    {
        JournalEntry entry = JournalEntry.Of(block, _names.Provider(block.ProviderIndex));
        if (_recent.ContainsKey(block.BlockHash))
            return;
        int tips = 0;
        if (_open.TryGetValue(block.BlockHash, out (JournalEntry Entry, int Tips) before))
        {
            if (before.Entry.HasFullBlock || block.Transactions is null)
                return;
            entry = before.Entry with { HasFullBlock = true };
            tips = before.Tips;
        }

        _open[block.BlockHash] = (entry, tips);
        if (_directory is null)
            return;
        try
        {
            string file = _directory.Write(block, entry);
            _log.BlockWritten(entry.Hash, file);
        }
        catch (Exception exception)
        {
            _log.BlockNotWritten(exception, entry.Hash, _directory.Path);
        }
    }

    private void OnFound(CoreReport.BlockFound report)
    {
        if (!_open.TryGetValue(report.Block.BlockHash, out (JournalEntry Entry, int Tips) open))
            return;
        JournalEntry entry = open.Entry with { Source = report.Source.Name };
        if (report.Submitted)
            entry = Add(entry, Said(entry.Provider, new TargetAnswer(AnswerKind.Sent, "SubmitSolution"), 1));
        if (report.Pushed)
            entry = Add(entry, Said("job declarator", new TargetAnswer(AnswerKind.Sent, "PushSolution"), 1));
        _open[report.Block.BlockHash] = (entry, open.Tips);
        WriteEntry(entry);
    }

    private void OnAnswer(Command.Answer answer)
    {
        if (Find(answer) is not { } hash)
            return;
        if (_open.TryGetValue(hash, out (JournalEntry Entry, int Tips) open))
        {
            _open[hash] = open = (open.Entry.With(answer.Said), open.Tips);
            WriteEntry(open.Entry);
        }
        else if (_recent.TryGetValue(hash, out JournalEntry? concluded))
        {
            _recent[hash] = concluded = concluded.With(answer.Said);
            WriteEntry(concluded);
        }
    }

    private U256? Find(Command.Answer answer)
    {
        if (answer.Solution is not { } solution)
            return answer.Hash;
        foreach ((U256 hash, (JournalEntry entry, _)) in _open)
        {
            if (entry.IsOf(solution))
                return hash;
        }

        foreach ((U256 hash, JournalEntry entry) in _recent)
        {
            if (entry.IsOf(solution))
                return hash;
        }

        return null;
    }

    private void WriteEntry(JournalEntry entry)
    {
        try
        {
            _directory?.WriteEntry(entry);
        }
        catch (Exception exception)
        {
            _log.BlockNotWritten(exception, entry.Hash, _directory!.Path);
        }
    }

    private JournalAnswer Said(string target, TargetAnswer answer, int attempts) =>
        new(target, JournalAnswer.NameOf(answer.Kind), answer.Detail, attempts, _time.GetUtcNow());

    // What is only known to be sent says less than an answer that came before it.
    private static JournalEntry Add(JournalEntry entry, JournalAnswer sent) =>
        entry.Answers?.Any(answer => answer.Target == sent.Target) == true ? entry : entry.With(sent);
}
