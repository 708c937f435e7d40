using JdClient.Core;
using Sv2.Protocol;

namespace JdClient.Upstream;

/// <summary>
/// One attempt of ours to be connected to a peer, from Connect to LinkClosed. Its id is the epoch: nothing of another
/// attempt can be taken for this one's. Thread-safe.
/// </summary>
/// <param name="id">The attempt.</param>
/// <param name="role">What is at the other end.</param>
/// <param name="peer">The upstream by its <see cref="UpstreamOptions.Id"/>, or the provider by its place in the configuration.</param>
/// <param name="redirect">Where the peer asked to be reached instead; null: as configured.</param>
/// <param name="name">For people.</param>
internal sealed class PeerLink(LinkId id, LinkRole role, int peer, PeerEndpoint? redirect, string name) : IDisposable
{
    private readonly CancellationTokenSource _givenUp = new();
    private readonly Lock _lock = new();
    private ILinkOutlet? _connection;
    private string? _closeReason;

    internal LinkId Id => id;

    internal LinkRole Role => role;

    internal int Peer => peer;

    internal PeerEndpoint? Redirect => redirect;

    internal string Name => name;

    /// <summary>Cancelled when the attempt is given up before there is a connection.</summary>
    internal CancellationToken GivenUp => _givenUp.Token;

    /// <summary>Why we closed it; null when we did not.</summary>
    internal string? CloseReason
    {
        get
        {
            lock (_lock)
                return _closeReason;
        }
    }

    private ILinkOutlet? Connection
    {
        get
        {
            lock (_lock)
                return _connection;
        }
    }

    /// <summary>Makes the connection the link's; false when the link was given up meanwhile.</summary>
    internal bool Attach(ILinkOutlet connection)
    {
        lock (_lock)
        {
            if (_closeReason is not null)
                return false;
            _connection = connection;
            return true;
        }
    }

    /// <summary>Sends a message; a full queue ends the link.</summary>
    internal void Send(Sv2Message message, long cause) => Connection?.Send(message, cause);

    /// <summary>The same, but it may wait for <see cref="Flush"/>.</summary>
    internal void Queue(Sv2Message message, long cause) => Connection?.Queue(message, cause);

    /// <summary>Lets out what was queued.</summary>
    internal void Flush() => Connection?.Flush();

    /// <summary>Ends the link after what is queued was written, or gives up the attempt.</summary>
    internal void Close(string reason)
    {
        ILinkOutlet? connection;
        lock (_lock)
        {
            if (_closeReason is not null)
                return;
            _closeReason = reason;
            connection = _connection;
        }

        if (connection is not null)
        {
            connection.Close(reason);
            return;
        }

        try
        {
            _givenUp.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended by itself a moment ago; its LinkClosed is on the way.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _givenUp.Dispose();
}

/// <summary>What carries a link's messages to the peer. Called by the actor; never waits.</summary>
internal interface ILinkOutlet
{
    /// <summary>Sends a message; what cannot take more ends itself.</summary>
    /// <param name="message">What is sent.</param>
    /// <param name="cause">When that happened of which it tells, a timestamp of the clock; 0 when that is not timed.</param>
    void Send(Sv2Message message, long cause);

    /// <summary>The same, but it may wait for <see cref="Flush"/>, so that several leave in one write.</summary>
    void Queue(Sv2Message message, long cause) => Send(message, cause);

    /// <summary>Lets out what was queued.</summary>
    void Flush()
    {
    }

    /// <summary>Ends after what is queued has left.</summary>
    void Close(string reason);
}

/// <summary>How a link ended.</summary>
/// <param name="Failure">For the decision.</param>
/// <param name="Detail">For people.</param>
internal sealed record LinkEnd(LinkFailure Failure, string Detail);

/// <summary>Makes links of one role and keeps them until they end.</summary>
internal interface ILinkRunner
{
    /// <summary>
    /// Connects, posts LinkConnected when the link is usable and LinkMessage for what comes in, and returns when it has
    /// ended. LinkClosed is posted by the caller.
    /// </summary>
    Task<LinkEnd> RunAsync(PeerLink link, CancellationToken cancellationToken);
}
