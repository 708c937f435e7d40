using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core;
using Simulation.Peers;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Mining;

namespace Simulation.Engine;

// What goes wrong, and how all is well again.
internal sealed partial class Simulator
{
    private void StartFaults()
    {
        void Tick()
        {
            if (_faults)
                Fault();
            _timeline.After(_rng.Time(_profile.FaultPause), Tick);
        }

        _timeline.After(_rng.Time(_profile.FaultPause), Tick);
    }

    private void Fault()
    {
        switch (_rng.Below(24))
        {
            case 0 or 1:
                if (UpLink(null) is { } killed)
                    Lose(killed, LinkFailure.ConnectionLost);
                break;
            case 2:
                if (UpLink(null) is { } rude)
                    Lose(rude, _rng.Chance(0.5) ? LinkFailure.ProtocolViolation : LinkFailure.TooSlow);
                break;
            case 3:
                if (UpLink(null) is { } silenced)
                    silenced.IsSilent = true;
                break;
            case 4 when _pools.Length > 0:
                Restart(_rng.Pick(_pools));
                break;
            case 5 or 6 when _pools.Length > 0:
                _rng.Pick(_pools).Mood = (PoolMood)_rng.Below((int)PoolMood.NoTokens + 1);
                break;
            case 7 or 8 when _pools.Length > 0:
                BeFine(_rng.Pick(_pools));
                break;
            case 9:
                Node node = _rng.Pick(_nodes);
                node.UnreachableUntil = _timeline.Now + _rng.Time(5);
                if (_rng.Chance(0.5))
                    Restart(node);
                else if (node.Link is { } lost)
                    Lose(lost, LinkFailure.ConnectionLost);
                break;
            case 10:
                Node stuck = _rng.Pick(_nodes);
                stuck.IsStuck = !stuck.IsStuck;
                CatchUp(stuck);
                break;
            case 11:
                AddMiner();
                break;
            case 12 when _open.Count > 0:
                OpenChannel(_rng.Pick(_open));
                break;
            case 13 when _open.Count > 2:
                RemoveMiner(_rng.Pick(_open));
                break;
            case 14 when _open.Count > 0:
                CloseOneChannel(_rng.Pick(_open));
                break;
            case 15 when _open.Count > 2:
                Miner guilty = _rng.Pick(_open);
                guilty.IsGuilty = true;
                On(new CoreEvent.MinerMessage(guilty.Session, new SetupConnection(0, 2, 2, 0, "host", 1, "v", "h", "f", "again")));
                break;
            case 16:
                // Two tips in a row: providers and pools see them at different times.
                ExtendChain(new U256(++_foreignBlocks, 9, 9, 9));
                ExtendChain(new U256(++_foreignBlocks, 9, 9, 9));
                break;
            case 17 when _pools.Length > 0:
                Pool payer = _rng.Pick(_pools);
                payer.PaysInTurn = _rng.Chance(0.3);
                payer.Payout = _rng.Below(Pool.Payouts);
                break;
            case 18:
                Node lonely = _rng.Pick(_nodes);
                lonely.IsCutOff = !lonely.IsCutOff;
                CatchUp(lonely);
                break;
            case 19 when _pools.Length > 0:
                ReplaceUpstreams();
                break;
            default:
                if (UpLink(LinkRole.Pool) is { Pool.ChannelIsOpen: true } pool)
                    Later(pool, () => Surprise(pool, pool.Pool!));
                break;
        }
    }

    // As when the configuration is read again: another order, fewer or more, others in place of some.
    private void ReplaceUpstreams()
    {
        if (_rng.Chance(0.3))
            _rng.Pick(_pools).Generation++;
        List<UpstreamOptions> rest = [.. _pools.Select(static pool => Configuration.Upstream(pool.Index, pool.Generation))];
        ImmutableArray<UpstreamOptions>.Builder upstreams = ImmutableArray.CreateBuilder<UpstreamOptions>();
        for (int count = 1 + _rng.Below(rest.Count); count > 0; count--)
        {
            UpstreamOptions next = _rng.Pick(rest);
            rest.Remove(next);
            upstreams.Add(next);
        }

        _upstreams = upstreams.DrainToImmutable();
        FallbackOptions fallback = _options.Fallback with { Standby = _rng.Chance(0.7) };
        On(new CoreEvent.UpstreamsChanged(_upstreams, fallback, _options.Deadlines, _options.Limits));
    }

    private Link? UpLink(LinkRole? role)
    {
        Link[] up = [.. _links.Values.Where(link => link.State == LinkState.Up && (role is null || link.Role == role))];
        return up.Length == 0 ? null : _rng.Pick(up);
    }

    private void Restart(Pool pool)
    {
        pool.UnreachableUntil = _timeline.Now + _rng.Time(4);
        pool.Tokens.Clear();
        pool.Declared.Clear();
        pool.Unfinished.Clear();
        foreach (Link link in _links.Values.ToArray())
        {
            if (link.Role != LinkRole.TemplateProvider && link.Index == pool.Index && link.State == LinkState.Up)
                Lose(link, LinkFailure.ConnectionLost);
        }
    }

    private void Restart(Node node)
    {
        node.Restart();
        if (node.Link is { } link)
            Lose(link, LinkFailure.ConnectionLost);
    }

    // What a pool may say without being asked.
    private void Surprise(Link link, PoolSession session)
    {
        if (link.State != LinkState.Up)
            return;
        const uint Channel = PoolSession.ChannelId;
        Sv2Message message;
        switch (_rng.Below(8))
        {
            case 0 or 1:
                session.Prefix = NewPrefix(session.Prefix.Length);
                session.Prefixes++;
                message = new SetExtranoncePrefix(Channel, session.Prefix);
                break;
            case 2 or 3:
                session.Target = _rng.Chance(0.5) ? U256.MaxValue : U256.MaxValue >> _rng.Below(3);
                message = new SetTarget(Channel, session.Target);
                break;
            case 4:
                message = new Reconnect(_rng.Chance(0.5) ? "elsewhere" : "", 1);
                break;
            case 5:
                message = new CloseChannel(_rng.Chance(0.5) ? Channel : 77, "why not");
                break;
            case 6:
                message = new SubmitSharesError(Channel, (uint)_rng.Below(1000), "invalid-share");
                break;
            default:
                message = new SetCustomMiningJobSuccess(Channel, (uint)_rng.Below(100_000) + 1_000_000, 9);
                break;
        }

        On(new CoreEvent.LinkMessage(link.Id, message));
    }

    private void HealPeers()
    {
        foreach (Pool pool in _pools)
        {
            pool.UnreachableUntil = default;
            pool.PaysInTurn = false;
            BeFine(pool);
        }

        foreach (Node node in _nodes)
        {
            node.IsStuck = false;
            node.IsCutOff = false;
            node.UnreachableUntil = default;
            CatchUp(node);
        }

        foreach (Link link in _links.Values.ToArray())
        {
            if (link.IsSilent)
                Lose(link, LinkFailure.ConnectionLost);
        }

        AddMiner();
    }
}
