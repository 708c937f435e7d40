namespace JdClient.Core.Engine;

/// <summary>
/// What is to happen at a time unless it is cancelled before. Fires in order of time, then of setting, so that a run is
/// repeatable. Holds what its users have under way; each of them is bounded where it stands.
/// </summary>
internal sealed class Deadlines
{
    private readonly SortedSet<Deadline> _pending = [];
    private long _sequence;

    /// <summary>When the first is due.</summary>
    public DateTimeOffset? Next => _pending.Min?.At;

    /// <summary>How many are pending.</summary>
    public int Count => _pending.Count;

    /// <summary>Calls <paramref name="fire"/> at <paramref name="at"/>.</summary>
    public Deadline Set(DateTimeOffset at, Action fire)
    {
        var deadline = new Deadline(at, _sequence++, fire);
        _pending.Add(deadline);
        return deadline;
    }

    /// <summary>Takes a deadline back; one that has fired or was taken back already is ignored.</summary>
    public void Cancel(Deadline? deadline)
    {
        if (deadline is not null)
            _pending.Remove(deadline);
    }

    /// <summary>Fires all that are due. One that is set meanwhile waits for the next call, so that this ends.</summary>
    public void Fire(DateTimeOffset now)
    {
        long end = _sequence;
        while (_pending.Min is { } first && first.At <= now && first.Sequence < end)
        {
            _pending.Remove(first);
            first.Fire();
        }
    }
}

/// <summary>One entry of <see cref="Deadlines"/>.</summary>
internal sealed record Deadline(DateTimeOffset At, long Sequence, Action Fire) : IComparable<Deadline>
{
    /// <inheritdoc/>
    public int CompareTo(Deadline? other)
    {
        if (other is null)
            return 1;
        int byTime = At.CompareTo(other.At);
        return byTime != 0 ? byTime : Sequence.CompareTo(other.Sequence);
    }

    /// <inheritdoc/>
    public bool Equals(Deadline? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Sequence.GetHashCode();
}
