namespace JdClient.Core;

/// <summary>
/// The owner of all mining state: downstream sessions and channels, templates and tips, jobs, the upstream and its
/// tokens, declarations, cached shares, the fallback policy. A deterministic state machine: what it does follows from
/// its options, its seed and the sequence of (event, time) alone. Single-threaded; the daemon's actor calls it.
/// </summary>
public sealed partial class ChannelManager
{
    /// <summary>A manager that has not seen anything. It connects its peers at <see cref="Start"/>.</summary>
    /// <param name="options">The configuration; taken as validated.</param>
    /// <param name="seed">Seed of the jitter of retry times.</param>
    public ChannelManager(CoreOptions options, ulong seed) => throw new NotSupportedException($"{options} {seed} {NextWakeUp = null}");

    /// <summary>When the core wants <see cref="CoreEvent.WakeUp"/> at the latest; null when nothing is timed.</summary>
    public DateTimeOffset? NextWakeUp { get; private set; }

    /// <summary>Begins to connect the template provider and the first upstream. Called once, before any event.</summary>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes what is to be done, in order.</param>
    public void Start(DateTimeOffset now, IEffects effects) => throw new NotSupportedException($"{now} {effects}");

    /// <summary>Takes one event and issues what follows from it.</summary>
    /// <param name="coreEvent">What happened.</param>
    /// <param name="now">When; never earlier than at the call before.</param>
    /// <param name="effects">Takes what is to be done, in order.</param>
    public void On(CoreEvent coreEvent, DateTimeOffset now, IEffects effects) => throw new NotSupportedException($"{coreEvent} {now} {effects}");

    /// <summary>What the manager is doing, for status and monitoring.</summary>
    public CoreSnapshot Snapshot(DateTimeOffset now) => throw new NotSupportedException($"{now}");
}
