using System.Collections.Concurrent;
using JdClient.ChannelManager;
using JdClient.Core;
using JdClient.Logging;
using JdClient.TaskManager;
using Microsoft.Extensions.Logging;
using Sv2.Protocol;

namespace JdClient.Upstream;

/// <summary>
/// Our links to pools, job declarators and template providers by id: starts each attempt as a supervised task and tells
/// the channel manager how it ended. Connect, Send and Close are called by the actor and never wait.
/// </summary>
/// <param name="runners">Who makes the links of a role.</param>
/// <param name="names">Names of peers.</param>
/// <param name="inbox">Takes LinkClosed.</param>
/// <param name="supervisor">Runs the attempts.</param>
/// <param name="log">Debug lines; what matters is told by the channel manager's reports.</param>
internal sealed class LinkManager(
    IReadOnlyDictionary<LinkRole, ILinkRunner> runners,
    IPeerNames names,
    IEventSink inbox,
    TaskSupervisor supervisor,
    ILogger<LinkManager> log)
{
    private readonly ConcurrentDictionary<LinkId, PeerLink> _links = new();
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _closing;

    /// <summary>Links that have not ended.</summary>
    internal int Count => _links.Count;

    internal void Connect(LinkId id, LinkRole role, int peer, PeerEndpoint? redirect)
    {
        string name = names.Of(role, peer);
        var link = new PeerLink(id, role, peer, redirect, name);
        _links[id] = link;
        supervisor.Start($"{role} link {id.Value} to {name}", FaultAction.LeaveUpstream, token => RunAsync(link, token));
    }

    internal void Send(LinkId id, Sv2Message message, long cause)
    {
        // A link that has just ended takes nothing more; its LinkClosed is on the way.
        if (_links.TryGetValue(id, out PeerLink? link))
            link.Send(message, cause);
    }

    /// <summary>The same, but the caller is to flush the link that comes back, soon.</summary>
    internal PeerLink? Queue(LinkId id, Sv2Message message, long cause)
    {
        if (_links.TryGetValue(id, out PeerLink? link))
            link.Queue(message, cause);
        return link;
    }

    internal void Close(LinkId id, string reason)
    {
        if (_links.TryGetValue(id, out PeerLink? link))
            link.Close(reason);
    }

    /// <summary>
    /// Ends every link after what is queued was written; completes when there is none. Called when no more are connected.
    /// </summary>
    internal Task CloseAllAsync(string reason)
    {
        Volatile.Write(ref _closing, 1);
        foreach (PeerLink link in _links.Values)
            link.Close(reason);
        if (_links.IsEmpty)
            _emptied.TrySetResult();
        return _emptied.Task;
    }

    private async Task RunAsync(PeerLink link, CancellationToken cancellationToken)
    {
        // Should anything of ours fail, the channel manager must hear of it all the same, or it would wait for ever.
        var end = new LinkEnd(LinkFailure.ConnectionLost, "an internal error");
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.GivenUp);
            end = await runners[link.Role].RunAsync(link, either.Token);
        }
        catch (OperationCanceledException) when (link.GivenUp.IsCancellationRequested || cancellationToken.IsCancellationRequested)
        {
            end = new LinkEnd(LinkFailure.ClosedByUs, link.CloseReason ?? "stopping");
        }
        finally
        {
            if (link.CloseReason is { } reason)
                end = new LinkEnd(LinkFailure.ClosedByUs, reason);
            _links.TryRemove(link.Id, out _);
            if (Volatile.Read(ref _closing) != 0 && _links.IsEmpty)
                _emptied.TrySetResult();
            log.LinkEnded(link.Role.ToString(), link.Name, link.Id.Value, end.Detail);
            await inbox.PostAsync(new CoreEvent.LinkClosed(link.Id, end.Failure, end.Detail), cancellationToken);
            link.Dispose();
        }
    }
}
