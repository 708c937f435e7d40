using Sv2.Protocol;

namespace JdClient.Monitoring.Metrics;

/// <summary>Who is told how long after its cause a message was written.</summary>
/// <param name="Written">Called by write loops; null where nobody wants to know.</param>
internal sealed record WriteObserver(Action<Sv2Message, TimeSpan>? Written)
{
    /// <summary>Nobody.</summary>
    internal static WriteObserver None { get; } = new(null as Action<Sv2Message, TimeSpan>);
}
