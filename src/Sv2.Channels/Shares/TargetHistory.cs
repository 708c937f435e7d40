using Bitcoin;

namespace Sv2.Channels;

/// <summary>
/// Which target applies to which job: a job keeps the one that was in force when it became active, so a new target
/// acts on later activations only (spec 05, SetTarget). Costs nothing when jobs come. Holds the last
/// <see cref="Capacity"/> changes; a job from before them gets the oldest target held, or an easier one that was
/// dropped, so no valid share is refused.
/// </summary>
internal sealed class TargetHistory
{
    internal const int Capacity = 16;

    private readonly List<(ulong After, U256 Target)> _entries = new(1);

    internal TargetHistory(U256 target) => _entries.Add((0, target));

    /// <summary>The target of jobs activated from now on.</summary>
    internal U256 Current => _entries[^1].Target;

    /// <summary>Sets the target of jobs whose activation number is greater than <paramref name="activations"/>.</summary>
    internal void Set(ulong activations, U256 target)
    {
        (ulong after, U256 current) = _entries[^1];
        if (current == target)
            return;
        if (after == activations)
        {
            _entries[^1] = (after, target);
            return;
        }

        if (_entries.Count == Capacity)
        {
            _entries[1] = (_entries[0].After, U256.Max(_entries[0].Target, _entries[1].Target));
            _entries.RemoveAt(0);
        }

        _entries.Add((activations, target));
    }

    /// <summary>The target of a job.</summary>
    internal U256 At(ulong activation)
    {
        for (int i = _entries.Count - 1; i > 0; i--)
        {
            if (_entries[i].After < activation)
                return _entries[i].Target;
        }

        return _entries[0].Target;
    }
}
