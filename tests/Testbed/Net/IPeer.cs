using Sv2.Protocol;

namespace Testbed.Net;

/// <summary>The other end of a role's connection. All members may be called from any thread and never wait.</summary>
public interface IPeer
{
    /// <summary>Its address, for people.</summary>
    string Name { get; }

    /// <summary>Queues a message. A peer that does not read until the queue is full is disconnected.</summary>
    void Send(Sv2Message message);

    /// <summary>Ends the connection after what was queued has been written.</summary>
    void Close(string reason);
}
