using JdClient.Core;
using Simulation.Peers;
using Sv2.Protocol;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.TemplateDistribution;

namespace Simulation.Engine;

// Connections to pools, job declarators and template providers.
internal sealed partial class Simulator
{
    private readonly Dictionary<LinkId, Link> _links = [];
    private readonly Pool[] _pools;
    private readonly Node[] _nodes;

    private TimeSpan Delay() => _faults ? _rng.Time(_rng.Chance(0.01) ? 1.5 : _profile.Delay) : _rng.Time(0.02);

    private void OnConnect(Link link)
    {
        _links.Add(link.Id, link);
        AwaitConnection(link);
        bool hangs = _faults && _rng.Chance(0.02);
        if (hangs)
            return;
        _timeline.After(Delay(), () =>
        {
            DateTimeOffset until = link.Role == LinkRole.TemplateProvider
                ? _nodes[link.Index].UnreachableUntil
                : _pools[link.Index].UnreachableUntil;
            if (link.ClosedByCore)
            {
                // It was under way when the core gave the attempt up.
                if (_rng.Chance(0.5))
                    On(new CoreEvent.LinkConnected(link.Id));
                return;
            }

            if (until > _timeline.Now)
            {
                Lose(link, LinkFailure.Unreachable);
                return;
            }

            link.State = LinkState.Up;
            link.LastArrival = _timeline.Now;
            if (link.Role == LinkRole.TemplateProvider)
                _nodes[link.Index].Link = link;
            else if (link.Role == LinkRole.Pool)
                link.Pool = new PoolSession(_rng.Chance(0.1)) { HeardAt = _timeline.Now };
            On(new CoreEvent.LinkConnected(link.Id));
            if (link.Role == LinkRole.TemplateProvider)
                CheckOffered(link);
        });
    }

    private void OnCloseLink(Link link)
    {
        if (link.ClosedByCore)
            return;
        link.ClosedByCore = true;
        LeavePeer(link);
        _timeline.After(Delay(), () =>
        {
            if (link.IsDead)
                return;
            link.IsDead = true;
            _links.Remove(link.Id);
            On(new CoreEvent.LinkClosed(link.Id, LinkFailure.ClosedByUs, "closed by us"));
        });
    }

    private void Lose(Link link, LinkFailure failure)
    {
        if (link.IsDead || link.ClosedByCore)
            return;
        link.IsDead = true;
        LeavePeer(link);
        _links.Remove(link.Id);
        On(new CoreEvent.LinkClosed(link.Id, failure, "lost"));
    }

    private void LeavePeer(Link link)
    {
        link.State = LinkState.Closed;
        _sourceMayHaveChanged = true;
        if (link.Role == LinkRole.TemplateProvider && _nodes[link.Index].Link == link)
            _nodes[link.Index].Link = null;
    }

    // The peer acts on a link at a later moment, in the order in which it was asked to.
    private void Later(Link link, Action act) => Later(link, Delay(), act);

    private void Later(Link link, TimeSpan delay, Action act)
    {
        DateTimeOffset at = _timeline.Now + delay;
        if (at < link.LastArrival)
            at = link.LastArrival;
        link.LastArrival = at;
        _timeline.At(at, () =>
        {
            // What was on the wire when the core closed the link may come all the same.
            bool arrives = link.State == LinkState.Up || (link.ClosedByCore && !link.IsDead && _rng.Chance(0.3));
            if (arrives && !link.IsSilent)
                act();
        });
    }

    private void Send(Link link, Sv2Message message)
    {
        On(new CoreEvent.LinkMessage(link.Id, message));
        if (_faults && _rng.Chance(_profile.Duplicate) && !link.IsDead)
            On(new CoreEvent.LinkMessage(link.Id, message));
    }

    // A custom job that was asked for before the prefix or the tip changed is dropped by the core, whatever the answer.
    private Action RequestTo(Link link, Sv2Message message)
    {
        (long Epoch, int Prefixes) asked = (_epoch, link.Pool!.Prefixes);
        return () => PoolAnswers(link, message, asked == (_epoch, link.Pool.Prefixes));
    }

    // What is declared is for the prefix that the pool's own connection has now.
    private Action DeclarationTo(Link link, Sv2Message message)
    {
        byte[] prefix = PoolOf(link)?.Pool?.Prefix ?? [];
        if (message is DeclareMiningJob declare)
        {
            var again = new Declaration(declare, prefix);
            foreach (Declaration declared in link.Declared.Where(declared => declared.IsSame(again)))
                declared.IsRepeated = true;
        }

        return () => DeclaratorAnswers(link, message, prefix);
    }

    // An upstream's links live and die together.
    private Link? PoolOf(Link link) => _links.Values.FirstOrDefault(
        other => other.Role == LinkRole.Pool && other.Index == link.Index && other.State == LinkState.Up);

    private void OnRequest(Link link, Sv2Message message)
    {
        if (_faults && _rng.Chance(0.001))
            Later(link, TimeSpan.FromSeconds(_rng.Below(12)), static () => { });
        if (message is RequestTransactionData request
            && _nodes[link.Index].Templates.TryGetValue(request.TemplateId, out GivenTemplate? asked))
        {
            asked.AskedAt = _timeline.Now;
        }

        if (link.Role == LinkRole.TemplateProvider)
            Later(link, () => NodeAnswers(link, message));
        else if (link.Role == LinkRole.Pool)
            Later(link, RequestTo(link, message));
        else
            Later(link, DeclarationTo(link, message));
    }
}
