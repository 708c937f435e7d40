using Bitcoin;
using JdClient.Logging;

namespace JdClient.Blocks;

// What became of a block, and when waiting for it is over.
internal sealed partial class BlockJournal
{
    /// <summary>A block that was not the tip after so many further tips is late: the chain has gone on without it.</summary>
    private const int TipsUntilLate = 6;

    /// <summary>Late blocks that no node has answered for and that are sent on; beyond it the oldest is given up.</summary>
    private const int MostLate = TargetQueue.Capacity;

    /// <summary>A late block this old is not submitted again.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    private void OnTip(U256 hash, BlockPublisher publisher)
    {
        if (_open.Remove(hash, out (JournalEntry Entry, int Tips) found))
            Conclude(hash, found.Entry, JournalEntry.InChain, publisher);

        foreach ((U256 key, (JournalEntry entry, int tips)) in _open.ToArray())
        {
            _open[key] = (entry, tips + 1);
            if (tips + 1 >= TipsUntilLate)
                OnLate(key, entry, first: tips + 1 == TipsUntilLate, publisher);
        }

        U256[] late = [.. _open.Where(static open => open.Value.Tips >= TipsUntilLate).Select(static open => open.Key)];
        foreach (U256 oldest in late.SkipLast(MostLate))
        {
            JournalEntry entry = _open[oldest].Entry;
            _log.BlockGivenUp(entry.Hash, $"{MostLate} younger ones wait as well", entry.AnswersText);
            Conclude(oldest, entry, JournalEntry.NotSeen, publisher);
        }
    }

    private void OnLate(U256 hash, JournalEntry entry, bool first, BlockPublisher publisher)
    {
        if (entry.IsAnswered(publisher.TargetNames))
        {
            _log.BlockNotSeen(entry.Hash, TipsUntilLate, entry.AnswersText);
            Conclude(hash, entry, JournalEntry.NotSeen, publisher);
        }
        else if (_time.GetUtcNow() - entry.FoundAt > MaxAge)
        {
            GiveUpOld(hash, entry, publisher);
        }
        else
        {
            if (first)
                _log.BlockLate(entry.Hash, TipsUntilLate, entry.AnswersText, MaxAge.TotalHours);
            publisher.Defer(hash);
        }
    }

    private void GiveUpOld(U256 hash, JournalEntry entry, BlockPublisher publisher)
    {
        _log.BlockGivenUp(entry.Hash, $"it was found more than {MaxAge.TotalHours} hours ago", entry.AnswersText);
        Conclude(hash, entry, JournalEntry.TooOld, publisher);
    }

    private void Conclude(U256 hash, JournalEntry entry, string outcome, BlockPublisher publisher)
    {
        _open.Remove(hash);
        publisher.Forget(hash);
        entry = entry with { Outcome = outcome, OutcomeAt = _time.GetUtcNow() };
        if (_recent.Count >= RecentCapacity)
            _recent.RemoveAt(0);
        _recent[hash] = entry;
        WriteEntry(entry);
        _concluded?.Add(entry);
        Prune();
    }

    private void Prune()
    {
        try
        {
            _concluded?.Prune();
        }
        catch (Exception exception)
        {
            _log.JournalNotPruned(exception, _directory!.Path);
        }
    }
}
