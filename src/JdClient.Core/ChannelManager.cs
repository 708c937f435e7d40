namespace JdClient.Core;

/// <summary>
/// The owner of all mining state: downstream sessions and channels, templates and tips, jobs, the upstream and its
/// tokens, declarations, cached shares, the fallback policy. A deterministic state machine: what it does follows from
/// its options, its seed and the sequence of (event, time) alone. Single-threaded; the daemon's actor calls it.
/// </summary>
public sealed partial class ChannelManager
{
    /// <summary>When the core wants <see cref="CoreEvent.WakeUp"/> at the latest; null when nothing is timed.</summary>
    public DateTimeOffset? NextWakeUp { get; private set; }

    /// <summary>Takes one event and issues what follows from it.</summary>
    /// <param name="coreEvent">What happened.</param>
    /// <param name="now">When; never earlier than at the call before.</param>
    /// <param name="effects">Takes what is to be done, in order.</param>
    public void On(CoreEvent coreEvent, DateTimeOffset now, IEffects effects) => throw new NotSupportedException($"{coreEvent} {now} {effects} {NextWakeUp = null}");
}
