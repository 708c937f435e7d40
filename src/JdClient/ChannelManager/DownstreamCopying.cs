using JdClient.Core;
using JdClient.Status;

namespace JdClient.ChannelManager;

/// <summary>
/// Keeps <see cref="DaemonStatus.Downstream"/> young, a few hundred channels at a time between events: about 0.2 ms of the
/// actor's time for each step, and for each second on average. Actor only.
/// </summary>
/// <param name="core">Whose channels.</param>
/// <param name="status">Where the copies go.</param>
/// <param name="maxAge">How old a copy may get, whatever the number of channels.</param>
internal sealed class DownstreamCopying(Core.ChannelManager core, DaemonStatus status, TimeSpan maxAge)
{
    /// <summary>Channels copied in a step.</summary>
    internal const int StepSize = 500;

    /// <summary>Channels that are copied each second; more of them are copied less often.</summary>
    private const int ChannelsPerSecond = 1000;

    /// <summary>Pause between two steps, for events.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private DownstreamCopy? _copy;
    private DateTimeOffset _begunAt;

    /// <summary>When the next step is due.</summary>
    internal DateTimeOffset Due { get; private set; }

    /// <summary>Does a step, if one is due.</summary>
    internal void Step(DateTimeOffset now)
    {
        if (now < Due)
            return;

        // First, so that a fault below is not tried again at once.
        Due = now + DaemonStatus.SnapshotInterval;
        if (_copy is null)
        {
            _begunAt = now;
            _copy = core.CopyDownstream(now);
        }

        if (_copy.Step(StepSize) is not { } snapshot)
        {
            Due = now + Pause;
            return;
        }

        _copy = null;
        status.Downstream = snapshot;
        TimeSpan interval = DaemonStatus.SnapshotInterval * Math.Max(1, SizeOf(snapshot) / (double)ChannelsPerSecond);
        Due = _begunAt + (interval < maxAge ? interval : maxAge);
    }

    private static int SizeOf(DownstreamSnapshot snapshot) => snapshot.Sessions.Sum(session => Math.Max(1, session.Channels.Length));
}
