using System.Threading.Channels;
using Bitcoin;
using JdClient.ChannelManager;
using JdClient.Core;
using JdClient.Logging;
using Microsoft.Extensions.Logging;

namespace JdClient.Blocks;

/// <summary>
/// Keeps found blocks on disk until it is known what became of them (design §7), on a task of its own. Blocks of an
/// earlier run without an outcome go to the channel manager, which submits them again. What the disk refuses is logged
/// and nothing else: a block is published whether or not it can be kept.
/// </summary>
internal sealed class BlockJournal
{
    /// <summary>Blocks and tips that wait to be written. More blocks than this at once are not found.</summary>
    private const int QueueCapacity = 1024;

    /// <summary>A block that was not the tip after so many further tips is taken as lost.</summary>
    private const int TipsUntilNotSeen = 6;

    /// <summary>A block this old is behind a chain of others and is not submitted again.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    private readonly JournalDirectory? _directory;
    private readonly IPeerNames _names;
    private readonly int _providers;
    private readonly TimeProvider _time;
    private readonly ILogger<BlockJournal> _log;
    private readonly Channel<Command> _queue =
        Channel.CreateBounded<Command>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });

    // Touched by the journal's task alone: entries without an outcome, and how many tips they have seen.
    private readonly Dictionary<U256, (JournalEntry Entry, int Tips)> _open = [];

    /// <param name="path">The directory; null keeps nothing.</param>
    /// <param name="names">Names of the template providers.</param>
    /// <param name="providers">How many providers are configured.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where results and failures are told.</param>
    internal BlockJournal(string? path, IPeerNames names, int providers, TimeProvider time, ILogger<BlockJournal> log)
    {
        _directory = path is null ? null : new JournalDirectory(Path.Combine(path, "blocks"));
        _names = names;
        _providers = providers;
        _time = time;
        _log = log;
    }

    private abstract record Command
    {
        internal sealed record Save(FoundBlock Block) : Command;

        internal sealed record Tip(U256 Hash) : Command;
    }

    /// <summary>Queues a block to be written. Never waits.</summary>
    internal void Save(FoundBlock block)
    {
        if (_directory is not null && !_queue.Writer.TryWrite(new Command.Save(block)))
            _log.BlockNotQueued(block.BlockHash.ToString());
    }

    /// <summary>Looks out for tips, which say whether a block is in the chain. Never waits.</summary>
    internal void Observe(CoreReport report)
    {
        // A tip that finds no room is one chance less to record an outcome; the block itself is safe.
        if (_directory is not null && report is CoreReport.TipChanged { SameTip: false } tip)
            _ = _queue.Writer.TryWrite(new Command.Tip(tip.PrevHash));
    }

    /// <summary>No more is queued; <see cref="RunAsync"/> ends when everything is written.</summary>
    internal void Complete() => _queue.Writer.TryComplete();

    /// <summary>Reads the journal, then writes until <see cref="Complete"/>.</summary>
    /// <param name="inbox">Takes the blocks without an outcome.</param>
    /// <param name="stopping">Ends waiting for the inbox.</param>
    internal async Task RunAsync(IEventSink inbox, CancellationToken stopping)
    {
        if (_directory is null)
            return;
        try
        {
            await LoadAllAsync(inbox, stopping);
        }
        catch (OperationCanceledException)
        {
            // Stopping while reading: what is queued is still written below.
        }
        catch (Exception exception)
        {
            // Whatever it was, blocks of this run are still to be written.
            _log.JournalUnusable(exception, _directory.Path);
        }

        // Not cancelled by a stop: a block found in the last moment is written all the same.
        await foreach (Command command in _queue.Reader.ReadAllAsync(CancellationToken.None))
            Execute(command);
    }

    private async Task LoadAllAsync(IEventSink inbox, CancellationToken stopping)
    {
        _directory!.Prepare();
        foreach (string file in _directory.EntryFiles())
        {
            try
            {
                await LoadAsync(file, inbox, stopping);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One file that cannot be read must not keep the others' blocks from their submission.
                _log.JournalEntryUnreadable(file, exception.Message);
            }
        }
    }

    private async Task LoadAsync(string file, IEventSink inbox, CancellationToken stopping)
    {
        JournalEntry? entry = JournalEntry.TryRead(await File.ReadAllBytesAsync(file, stopping), out string? error);
        if (entry?.Outcome is not null)
            return;
        if (entry?.ToBlock(ProviderIndex(entry.Provider), out error) is not { } block)
        {
            _log.JournalEntryUnreadable(file, error ?? "");
            return;
        }

        if (_time.GetUtcNow() - entry.FoundAt > MaxAge)
        {
            Conclude(entry, JournalEntry.TooOld);
            return;
        }

        _open[block.BlockHash] = (entry, 0);
        _log.BlockUnconfirmed(entry.Hash, entry.FoundAt);
        await inbox.PostAsync(new CoreEvent.UnconfirmedBlock(block), stopping);
    }

    private void Execute(Command command)
    {
        switch (command)
        {
            case Command.Save save:
                Write(save.Block);
                break;
            case Command.Tip tip:
                OnTip(tip.Hash);
                break;
        }
    }

    private void Write(FoundBlock block)
    {
        JournalEntry entry = JournalEntry.Of(block, _names.Provider(block.ProviderIndex));
        _open[block.BlockHash] = (entry, 0);
        try
        {
            string file = _directory!.Write(block, entry);
            _log.BlockWritten(entry.Hash, file);
        }
        catch (Exception exception)
        {
            _log.BlockNotWritten(exception, entry.Hash, _directory!.Path);
        }
    }

    private void OnTip(U256 hash)
    {
        if (_open.Remove(hash, out (JournalEntry Entry, int Tips) found))
        {
            Conclude(found.Entry, JournalEntry.InChain);
        }

        foreach ((U256 key, (JournalEntry entry, int tips)) in _open.ToArray())
        {
            if (tips + 1 < TipsUntilNotSeen)
            {
                _open[key] = (entry, tips + 1);
                continue;
            }

            _open.Remove(key);
            Conclude(entry, JournalEntry.NotSeen);
        }
    }

    private void Conclude(JournalEntry entry, string outcome)
    {
        try
        {
            _directory!.WriteEntry(entry with { Outcome = outcome, OutcomeAt = _time.GetUtcNow() });
        }
        catch (Exception exception)
        {
            _log.BlockNotWritten(exception, entry.Hash, _directory!.Path);
        }
    }

    /// <summary>Providers may have moved in the configuration since; one that is gone counts as the first.</summary>
    private int ProviderIndex(string name) =>
        Math.Max(0, Enumerable.Range(0, _providers).FirstOrDefault(index => _names.Provider(index) == name));
}
