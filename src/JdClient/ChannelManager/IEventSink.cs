using JdClient.Core;

namespace JdClient.ChannelManager;

/// <summary>Where sessions, links and the journal put what happens.</summary>
internal interface IEventSink
{
    /// <summary>
    /// Hands an event over. Waits while the queue is full: the caller stops reading from its peer, and TCP holds the peer
    /// back (design §4).
    /// </summary>
    ValueTask PostAsync(CoreEvent coreEvent, CancellationToken cancellationToken);
}
