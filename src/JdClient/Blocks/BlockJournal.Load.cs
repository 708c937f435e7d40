using JdClient.ChannelManager;
using JdClient.Core;
using JdClient.Logging;

namespace JdClient.Blocks;

// What an earlier run left behind.
internal sealed partial class BlockJournal
{
    private async Task LoadAllAsync(IEventSink inbox, BlockPublisher publisher, CancellationToken stopping)
    {
        if (_directory is null)
            return;
        _directory.Prepare();
        foreach (string file in _directory.EntryFiles())
        {
            try
            {
                await LoadAsync(file, inbox, publisher, stopping);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One file that cannot be read must not keep the others' blocks from their submission.
                _log.JournalEntryUnreadable(file, exception.Message);
            }
        }

        Prune();
    }

    private async Task LoadAsync(string file, IEventSink inbox, BlockPublisher publisher, CancellationToken stopping)
    {
        JournalEntry? entry = JournalEntry.TryRead(await File.ReadAllBytesAsync(file, stopping), out string? error);
        if (entry?.Outcome is not null)
        {
            _concluded!.Add(entry);
            return;
        }

        if (entry?.ToBlock(ProviderIndex(entry.Provider), out error) is not { } block)
        {
            _log.JournalEntryUnreadable(file, error ?? "");
            return;
        }

        if (_time.GetUtcNow() - entry.FoundAt > MaxAge)
        {
            GiveUpOld(block.BlockHash, entry, publisher);
            return;
        }

        // A run that was cut off may have written the block and not the entry that says so.
        WholeBlock? whole = _directory!.ReadBlock(block.BlockHash);
        _open[block.BlockHash] = (entry with { HasFullBlock = whole is not null }, 0);
        _log.BlockUnconfirmed(entry.Hash, entry.FoundAt.ToUniversalTime(), whole is not null ? "the whole block" : "its solution alone");
        if (whole is not null)
            publisher.Publish(whole);
        await inbox.PostAsync(new CoreEvent.UnconfirmedBlock(block, whole is not null), stopping);
    }

    /// <summary>Providers may have moved in the configuration since; one that is gone counts as the first.</summary>
    private int ProviderIndex(string name) =>
        Math.Max(0, Enumerable.Range(0, _providers).FirstOrDefault(index => _names.Provider(index) == name));
}
