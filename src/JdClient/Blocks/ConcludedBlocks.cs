using JdClient.Configuration;

namespace JdClient.Blocks;

/// <summary>
/// The blocks of the journal whose outcome is known, oldest first, and what of them is not kept any longer. Belongs to the journal's
/// task. Throws what the operating system throws.
/// </summary>
internal sealed class ConcludedBlocks(JournalDirectory directory, BlockJournalConfiguration keep, TimeProvider time)
{
    private readonly List<Concluded> _blocks = [];

    private sealed record Concluded(string Hash, DateTimeOffset At, bool HasWhole);

    /// <summary>Takes an entry with an outcome.</summary>
    internal void Add(JournalEntry entry)
    {
        // Only the chain's copy makes ours needless: what did not get there may still be of use.
        bool expires = entry is { HasFullBlock: true, Outcome: JournalEntry.InChain };
        _blocks.Add(new Concluded(entry.Hash, entry.OutcomeAt ?? entry.FoundAt, expires));
    }

    /// <summary>Deletes what is beyond the bounds.</summary>
    internal void Prune()
    {
        while (_blocks.Count > keep.KeepEntries)
        {
            directory.Delete(_blocks[0].Hash);
            _blocks.RemoveAt(0);
        }

        DateTimeOffset oldest = time.GetUtcNow() - TimeSpan.FromDays(keep.KeepWholeDays);
        for (int i = 0; i < _blocks.Count; i++)
        {
            if (!_blocks[i].HasWhole || _blocks[i].At > oldest)
                continue;
            directory.DeleteBlock(_blocks[i].Hash);
            _blocks[i] = _blocks[i] with { HasWhole = false };
        }
    }
}
