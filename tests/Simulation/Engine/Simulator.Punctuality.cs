using System.Collections.Immutable;
using JdClient.Core;
using Simulation.Peers;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;

namespace Simulation.Engine;

// What the core has announced for a time, or waits for until a time, comes about at that time and not with whatever happens next:
// time goes on to the core's own wake-up or to an event of a peer, so a wake-up that was forgotten is seen at the next event.
internal sealed partial class Simulator
{
    // Providers that are always to be tried.
    private const int ProvidersWanted = 2;

    private static readonly TimeSpan TellInterval = TimeSpan.FromSeconds(1.1);
    private static readonly TimeSpan EasiestAfter = TimeSpan.FromSeconds(30);

    private readonly PriorityQueue<(DateTimeOffset At, string What, Func<bool> IsOwed), long> _due = new();
    private readonly Dictionary<int, CoreReport.UpstreamChanged> _upstreamStates = [];
    private readonly Dictionary<int, CoreReport.ProviderChanged> _providerStates = [];

    // The best upstream of the core's list, and since when it is that.
    private int? _first;
    private DateTimeOffset _firstSince;
    private int? _source;
    private bool _awaitsTold;

    private void Due(DateTimeOffset at, string what, Func<bool> isOwed) => _due.Enqueue((at, what, isOwed), at.UtcTicks);

    // Before an event: nothing of a time before it may be left.
    private void CheckDue()
    {
        while (_due.TryPeek(out (DateTimeOffset At, string What, Func<bool> IsOwed) due, out _) && due.At < _timeline.Now)
        {
            _due.Dequeue();
            BrokenPromise.Unless(
                !due.IsOwed(), "what is announced or awaited for a time is done by then", $"{due.What} at {due.At:HH:mm:ss.fff}");
        }
    }

    private void NoteReport(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.WorkSourceChanged changed:
                _source = changed.To.UpstreamId;
                break;
            case CoreReport.TargetChanged or CoreReport.ChannelOpened or CoreReport.ChannelClosed:
                NoteHashRate();
                break;
            case CoreReport.UpstreamChanged changed:
                _upstreamStates[changed.UpstreamId] = changed;
                if ((changed.RetryAt ?? changed.TakesWorkAt) is { } at)
                {
                    // Others may have to wait for better ones.
                    Due(at, changed.ToString(), () => _first == changed.UpstreamId
                        && _firstSince <= at && _upstreamStates[changed.UpstreamId] == changed);
                }

                break;
            case CoreReport.ProviderChanged changed:
                _providerStates[changed.Index] = changed;
                if (changed is { RetryAt: { } retryAt, Index: < ProvidersWanted })
                    Due(retryAt, changed.ToString(), () => _providerStates[changed.Index] == changed);
                break;
            case CoreReport.DeadlineMissed missed when _links.TryGetValue(missed.Link, out Link? late):
                if (missed.Awaited == "RequestTransactionData.Success")
                    late.MissedTransactionsAt = _timeline.Now;
                else if (missed.Awaited == "AllocateMiningJobToken.Success")
                    late.MissedTokenAt = _timeline.Now;
                break;
            case CoreReport.ProviderAsked asked when _nodes[asked.Index].Link is { } link:
                DateTimeOffset askedAt = _timeline.Now;
                link.AskedAt = askedAt;
                Due(
                    askedAt + _options.Deadlines.TemplateAnswer,
                    asked.ToString(),
                    () => IsOpen(link) && link.AskedAt == askedAt && link.HeardAt <= askedAt);
                break;
        }
    }

    private static bool IsOpen(Link link) => link is { ClosedByCore: false, IsDead: false };

    private void AwaitConnection(Link link) => Due(
        _timeline.Now + _options.Deadlines.Connect,
        $"connection {link.Id.Value}",
        () => IsOpen(link) && link.State == LinkState.Connecting);

    private void AwaitAnswer(Link link, Sv2Message message)
    {
        DeadlineOptions deadlines = _options.Deadlines;
        switch (message)
        {
            case SetupConnection:
                Await(link, (typeof(SetupConnection), 0), deadlines.Setup);
                break;
            case UpdateChannel:
                link.ToldAt = _timeline.Now;
                break;
            case OpenExtendedMiningChannel open:
                link.ToldAt = _timeline.Now;
                Await(link, (typeof(OpenExtendedMiningChannel), open.RequestId), deadlines.OpenChannel);
                break;
            case AllocateMiningJobToken ask:
                AwaitToken(link, ask.RequestId, _timeline.Now + deadlines.Token);
                break;
            case DeclareMiningJob declare:
                Await(link, (typeof(DeclareMiningJob), declare.RequestId), deadlines.Declaration);
                break;
            case SetCustomMiningJob custom:
                Await(link, (typeof(SetCustomMiningJob), custom.RequestId), deadlines.CustomJob);
                break;
            case RequestTransactionData request when IsOf(link, request.TemplateId):
                AwaitTransactions(link, request.TemplateId);
                break;
            case CoinbaseOutputConstraints when link.NewestAt == default && !link.IsAwaited:
                link.IsAwaited = true;
                Due(
                    _timeline.Now + deadlines.FirstTemplate,
                    $"first template on {link.Id.Value}",
                    () => IsOpen(link) && link.HeardAt == default);
                break;
        }
    }

    private void Await(Link link, (Type, uint) request, TimeSpan wait)
    {
        DateTimeOffset until = _timeline.Now + wait;
        link.Awaited[request] = until;
        Due(
            until,
            $"{request} on {link.Id.Value}",
            () => IsOpen(link) && link.Awaited.TryGetValue(request, out DateTimeOffset at) && at == until);
    }

    // One that is late is waited for once more as long as another is in stock, which may be used in the same moment.
    private void AwaitToken(Link link, uint id, DateTimeOffset until, bool hadNone = false)
    {
        (Type, uint) request = (typeof(AllocateMiningJobToken), id);
        link.Awaited[request] = until;
        Due(until, $"token {id} on {link.Id.Value}", () =>
        {
            if (!IsOpen(link) || !link.Awaited.ContainsKey(request))
                return false;
            bool hasNone = !_core.Snapshot(until).Upstreams.Any(
                upstream => Configuration.PoolOf(upstream.Id) == link.Index && upstream.Tokens > 0);
            if (link.MissedTokenAt != until || (hasNone && hadNone))
                return true;
            AwaitToken(link, id, until + _options.Deadlines.Token, hasNone);
            return false;
        });
    }

    // By the id of a former connection the core only tries its luck.
    private bool IsOf(Link link, ulong id) =>
        _nodes[link.Index].Templates.TryGetValue(id, out GivenTemplate? template) && template.Link == link;

    // Those of the template that is mined are given up, or asked for again, and that is told.
    private void AwaitTransactions(Link link, ulong id)
    {
        DateTimeOffset until = _timeline.Now + _options.Deadlines.TransactionData;
        (Type, uint) request = (typeof(RequestTransactionData), (uint)id);
        link.Awaited[request] = until;
        Due(until, $"transactions of {id} on {link.Id.Value}", () =>
            IsOpen(link)
            && link.Newest == id
            && link.MissedTransactionsAt != until
            && link.Awaited.TryGetValue(request, out DateTimeOffset at)
            && at == until);
    }

    // What the core is told now.
    private void NoteAnswer(CoreEvent coreEvent)
    {
        if (coreEvent is CoreEvent.UpstreamsChanged changed)
            NoteUpstreams(changed.Upstreams);
        if (coreEvent is not CoreEvent.LinkMessage { Message: { } message } arrived || !_links.TryGetValue(arrived.Link, out Link? link))
            return;
        switch (message)
        {
            case SetupConnectionSuccess or SetupConnectionError:
                link.Awaited.Remove((typeof(SetupConnection), 0));
                break;
            case OpenExtendedMiningChannelSuccess success:
                link.Awaited.Remove((typeof(OpenExtendedMiningChannel), success.RequestId));
                break;
            case OpenMiningChannelError error:
                link.Awaited.Remove((typeof(OpenExtendedMiningChannel), error.RequestId));
                break;
            case AllocateMiningJobTokenSuccess success:
                link.Awaited.Remove((typeof(AllocateMiningJobToken), success.RequestId));
                break;
            case DeclareMiningJobSuccess success:
                link.Awaited.Remove((typeof(DeclareMiningJob), success.RequestId));
                break;
            case DeclareMiningJobError error:
                link.Awaited.Remove((typeof(DeclareMiningJob), error.RequestId));
                break;
            case ProvideMissingTransactions missing when link.Awaited.ContainsKey((typeof(DeclareMiningJob), missing.RequestId)):
                Await(link, (typeof(DeclareMiningJob), missing.RequestId), _options.Deadlines.Declaration);
                break;
            case SetCustomMiningJobSuccess success:
                link.Awaited.Remove((typeof(SetCustomMiningJob), success.RequestId));
                break;
            case RequestTransactionDataSuccess success:
                link.Awaited.Remove((typeof(RequestTransactionData), (uint)success.TemplateId));
                break;
            case RequestTransactionDataError error:
                link.Awaited.Remove((typeof(RequestTransactionData), (uint)error.TemplateId));
                break;
            case SetCustomMiningJobError error:
                link.Awaited.Remove((typeof(SetCustomMiningJob), error.RequestId));
                break;
            case Sv2.Protocol.TemplateDistribution.NewTemplate or Sv2.Protocol.TemplateDistribution.SetNewPrevHash:
                NoteSignOfLife(link);
                break;
        }
    }

    private void NoteUpstreams(ImmutableArray<UpstreamOptions> upstreams)
    {
        _first = upstreams.IsEmpty ? null : upstreams[0].Id;
        _firstSince = _timeline.Now;
    }

    // A provider that then says nothing for long is asked whether it is there.
    private void NoteSignOfLife(Link link)
    {
        DateTimeOffset heardAt = link.HeardAt = _timeline.Now;
        if (link.NewestAt == default)
            return;
        Due(
            heardAt + _options.Fallback.ProviderSilence,
            $"silence of {link.Id.Value}",
            () => IsOpen(link) && link.HeardAt == heardAt && !(link.AskedAt >= heardAt));
    }

    // The pool that is mined for knows of a changed hash rate after a second. An estimate below what the easiest target asks for changes
    // without a new target, which is no reason to tell it.
    private void NoteHashRate()
    {
        if (_awaitsTold || CurrentPool() is not { } pool)
            return;
        DateTimeOffset changedAt = _timeline.Now;
        _awaitsTold = true;
        Due(changedAt + TellInterval, $"hash rate told to pool {pool.Id.Value}", () =>
        {
            _awaitsTold = false;
            CoreSnapshot snapshot = _core.Snapshot(changedAt);
            UpstreamSnapshot? upstream = snapshot.Upstreams.FirstOrDefault(upstream => upstream.Id == snapshot.Source.UpstreamId);
            return CurrentPool() == pool
                && pool.ToldAt < changedAt
                && upstream?.Channel is { } channel
                && Math.Abs(channel.HashRate - snapshot.HashRate)
                    > _open.Sum(static miner => miner.Channels.Count) * Configuration.SaturatedHashRate;
        });
    }

    private Link? CurrentPool() => _links.Values.FirstOrDefault(link =>
        link is { Role: LinkRole.Pool, State: LinkState.Up, Pool.ChannelIsOpen: true }
        && _source is { } id
        && link.Index == Configuration.PoolOf(id));

    // A channel that finds nothing gets easier until it can get no easier.
    private void CheckTargets()
    {
        foreach (Miner miner in _open)
        {
            if (miner.IsGuilty)
                continue;
            foreach (Channel channel in miner.Channels.Values)
            {
                if (channel.SharesAt + EasiestAfter > _timeline.Now)
                    continue;
                BrokenPromise.Unless(
                    channel.Target >= Configuration.EasiestTarget,
                    "targets follow the hash rate",
                    $"channel {channel.Id} has had no share since {channel.SharesAt:HH:mm:ss} under {channel.Target}");
            }
        }
    }
}
