using Sv2.Protocol;

namespace Testbed.Net;

/// <summary>
/// A role's side of one connection. Messages come one after the other; the owner's lock, where there is one, is taken
/// inside.
/// </summary>
public abstract class Session
{
    /// <summary>The connection, set before the first message.</summary>
    public IPeer Peer { get; internal set; } = null!;

    /// <summary>The connection is there; a client sends its first message.</summary>
    public virtual void OnConnected()
    {
    }

    /// <summary>A message came.</summary>
    public abstract void OnMessage(Sv2Message message);

    /// <summary>The connection has ended.</summary>
    public abstract void OnEnded(string reason);
}
