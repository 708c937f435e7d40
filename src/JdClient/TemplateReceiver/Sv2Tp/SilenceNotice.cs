namespace JdClient.TemplateReceiver.Sv2Tp;

/// <summary>
/// Notices that a peer has been silent for long, once for each silence. A template provider whose node stopped stays
/// connected and says nothing, for ever; on a quiet chain so does a healthy one, hence only a notice.
/// </summary>
internal sealed class SilenceNotice : IDisposable
{
    /// <summary>Silence that is worth a notice. Blocks come every ten minutes, fees change more often.</summary>
    internal static readonly TimeSpan After = TimeSpan.FromMinutes(30);

    private readonly ITimer _timer;

    /// <param name="time">The clock.</param>
    /// <param name="onSilence">Told on a timer's thread.</param>
    internal SilenceNotice(TimeProvider time, Action onSilence) =>
        _timer = time.CreateTimer(_ => onSilence(), null, After, Timeout.InfiniteTimeSpan);

    /// <summary>The peer said something.</summary>
    internal void Heard() => _timer.Change(After, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
