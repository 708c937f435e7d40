using Bitcoin;

namespace Sv2.Channels;

/// <summary>
/// Remembers the shares of one tip. Bounded: it remembers at least the last <c>capacity / 2</c> and at most
/// <c>capacity</c> of them; beyond that the older half is forgotten, so that a flood costs memory up to a limit and a
/// very old share could be taken twice (the pool would refuse it). Keeps 64 bits of each hash; two honest shares
/// would meet once in 2^64 pairs.
/// </summary>
/// <param name="capacity">Most shares remembered.</param>
public sealed class DuplicateFilter(int capacity)
{
    private readonly int _generation = Math.Max(1, capacity / 2);
    private HashSet<ulong> _recent = [];
    private HashSet<ulong> _older = [];
    private U256 _prevHash;

    /// <summary>Shares remembered.</summary>
    public int Count => _recent.Count + _older.Count;

    /// <summary>Notes a share; false when it is known already.</summary>
    /// <param name="prevHash">The tip it was mined on; another one than before empties the memory.</param>
    /// <param name="hash">The header's hash.</param>
    public bool TryAdd(U256 prevHash, U256 hash)
    {
        if (prevHash != _prevHash)
            Clear(prevHash);
        ulong key = hash.LowUInt64;
        if (_older.Contains(key) || !_recent.Add(key))
            return false;
        if (_recent.Count >= _generation)
        {
            (_recent, _older) = (_older, _recent);
            _recent.Clear();
        }

        return true;
    }

    private void Clear(U256 prevHash)
    {
        _prevHash = prevHash;

        // A flooded tip must not keep its memory for the channel's life.
        if (Count > 1024)
            (_recent, _older) = ([], []);
        _recent.Clear();
        _older.Clear();
    }
}
