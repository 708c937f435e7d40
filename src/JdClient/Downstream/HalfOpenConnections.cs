namespace JdClient.Downstream;

/// <summary>
/// Bounds the connections whose handshake is not complete. At the bound the oldest gives way to the newcomer: a miner's
/// handshake takes milliseconds, so that what has been waiting longest is most likely not going to finish. Thread-safe.
/// </summary>
/// <param name="capacity">Unfinished handshakes at a time.</param>
internal sealed class HalfOpenConnections(int capacity)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _oldestFirst = [];

    /// <summary>
    /// Counts a handshake in, and gives up the oldest where there would be too many. To be called in the order in which
    /// connections come; the handshake's end disposes the entry.
    /// </summary>
    internal Entry Enter()
    {
        Entry? oldest = null;
        var entry = new Entry(this);
        lock (_lock)
        {
            if (_oldestFirst.Count >= capacity)
            {
                oldest = _oldestFirst.First!.Value;
                _oldestFirst.RemoveFirst();
            }

            entry.Node = _oldestFirst.AddLast(entry);
        }

        oldest?.GiveUp();
        return entry;
    }

    /// <summary>A handshake that is not complete.</summary>
    internal sealed class Entry(HalfOpenConnections owner) : IDisposable
    {
        // Never disposed, as a newcomer may be about to cancel it; without a timer it holds nothing.
        private readonly CancellationTokenSource _givenUp = new();

        internal LinkedListNode<Entry>? Node { get; set; }

        /// <summary>Cancelled when this handshake has to give way.</summary>
        internal CancellationToken GivenUp => _givenUp.Token;

        internal void GiveUp() => _givenUp.Cancel();

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (owner._lock)
            {
                if (Node?.List is { } list)
                    list.Remove(Node);
            }
        }
    }
}
