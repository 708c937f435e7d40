namespace JdClient.ChannelManager;

/// <summary>
/// Whether the channel manager's actor makes progress. The actor counts its turns; it has one at least each second, for
/// its snapshot, so a count that stands still says that one event holds it up, or that it has ended. Written by the
/// actor (the count) and by the watchdog (the verdict), read by any thread.
/// </summary>
internal sealed class ActorProgress
{
    private long _turns;
    private bool _isStalled;
    private Core.CoreEvent? _handling;

    /// <summary>Turns taken since the start.</summary>
    internal long Turns => Volatile.Read(ref _turns);

    /// <summary>The event in work; null between two.</summary>
    internal Core.CoreEvent? Handling
    {
        get => Volatile.Read(ref _handling);
        set => Volatile.Write(ref _handling, value);
    }

    /// <summary>The watchdog's verdict.</summary>
    internal bool IsStalled
    {
        get => Volatile.Read(ref _isStalled);
        set => Volatile.Write(ref _isStalled, value);
    }

    /// <summary>One more turn. Actor only.</summary>
    internal void Turn() => Volatile.Write(ref _turns, _turns + 1);
}
