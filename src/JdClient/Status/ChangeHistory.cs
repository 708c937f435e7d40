using System.Collections.Immutable;

namespace JdClient.Status;

/// <summary>The last changes in what the daemon is doing. Bounded: the oldest makes room. Thread-safe.</summary>
/// <param name="time">The clock.</param>
public sealed class ChangeHistory(TimeProvider time)
{
    /// <summary>Changes kept.</summary>
    public const int Capacity = 256;

    private readonly Lock _lock = new();
    private ImmutableArray<StatusChange> _changes = [];
    private long _lastNumber;

    /// <summary>Oldest first.</summary>
    public ImmutableArray<StatusChange> Changes
    {
        get
        {
            lock (_lock)
                return _changes;
        }
    }

    /// <summary>Number of the last change; 0 before the first.</summary>
    public long LastNumber => Volatile.Read(ref _lastNumber);

    internal void Add(ChangeKind kind, string subject, string text, string? fix = null)
    {
        lock (_lock)
        {
            var change = new StatusChange(_lastNumber + 1, time.GetUtcNow(), kind, subject, text, fix);
            _changes = (_changes.Length < Capacity ? _changes : _changes.RemoveAt(0)).Add(change);
            Volatile.Write(ref _lastNumber, change.Number);
        }
    }
}
