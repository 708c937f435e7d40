namespace JdClient.Downstream;

/// <summary>
/// Bounds the connections whose handshake is not complete. At the bound the oldest gives way to the newcomer: a miner's
/// handshake takes milliseconds, so that what has been waiting longest is most likely not going to finish. Thread-safe.
/// </summary>
/// <param name="capacity">Unfinished handshakes at a time.</param>
internal sealed class HalfOpenConnections(int capacity)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<CancellationTokenSource> _oldestFirst = [];

    /// <summary>Counts a handshake in, and gives up the oldest where there would be too many.</summary>
    /// <param name="givenUp">Cancelled when this handshake has to give way.</param>
    internal LinkedListNode<CancellationTokenSource> Enter(CancellationTokenSource givenUp)
    {
        CancellationTokenSource? oldest = null;
        LinkedListNode<CancellationTokenSource> entry;
        lock (_lock)
        {
            if (_oldestFirst.Count >= capacity)
            {
                oldest = _oldestFirst.First!.Value;
                _oldestFirst.RemoveFirst();
            }

            entry = _oldestFirst.AddLast(givenUp);
        }

        try
        {
            oldest?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was complete a moment ago.
        }

        return entry;
    }

    /// <summary>Counts a handshake out.</summary>
    internal void Leave(LinkedListNode<CancellationTokenSource> entry)
    {
        lock (_lock)
        {
            if (entry.List is not null)
                _oldestFirst.Remove(entry);
        }
    }
}
