using Bitcoin;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Harness;

/// <summary>What providers, pools and job declarators do: by themselves, and in answer to the core.</summary>
public sealed partial class World
{
    // A prev-hash for a template that has been mined, was forgotten or never was; a new one or the one before, with other bits.
    private void OddTip()
    {
        if (ProviderLink() is not { } link || _template == 0)
            return;
        ulong template = _template - Math.Min(_template, (ulong)_random.Next(4)) + (ulong)_random.Next(2);
        if (_random.Next(2) == 0)
            _block--;
        Tip(link, template, FakeProvider.EasyBits - (uint)_random.Next(0x6fffff, 0x700001));
    }

    private LinkId? ProviderLink() =>
        _up.Where(link => _links[link].Role == LinkRole.TemplateProvider).Select(static link => (LinkId?)link).LastOrDefault();

    private void NewTemplate(bool future)
    {
        if (ProviderLink() is { } link)
            Harness.On(new CoreEvent.LinkMessage(link, FakeProvider.NewTemplate(++_template, future)));
    }

    private void NewBlock()
    {
        NewTemplate(true);
        Absorb();
        if (ProviderLink() is { } link)
            Tip(link, _template);
        Absorb();
    }

    private void Tip(LinkId link, ulong template, uint bits = FakeProvider.EasyBits - 0x700000)
    {
        Harness.On(new CoreEvent.LinkMessage(link, new Sv2.Protocol.TemplateDistribution.SetNewPrevHash(
            template,
            CoreHarness.Hash(++_block),
            (uint)Harness.Now.ToUnixTimeSeconds(),
            bits,
            CompactTarget.ToTarget(bits))));
        _hasWork |= bits == FakeProvider.EasyBits - 0x700000 && template == _template;
    }

    private void Kill()
    {
        LinkId[] up = [.. _up];
        if (up.Length == 0)
            return;
        LinkId link = up[_random.Next(up.Length)];
        _up.Remove(link);
        _pending.RemoveAll(pending => pending.Link == link);
        Harness.On(new CoreEvent.LinkClosed(link, LinkFailure.ConnectionLost, "killed"));
    }

    private void Mischief()
    {
        LinkId[] pools = [.. _up.Where(link => _links[link].Role == LinkRole.Pool)];
        if (pools.Length == 0)
            return;
        LinkId pool = pools[_random.Next(pools.Length)];
        Sv2Message message = _random.Next(7) switch
        {
            0 => new SetExtranoncePrefix(40, new byte[_random.Next(1, 9)]),
            1 => new SetTarget(40, _random.Next(2) == 0 ? U256.MaxValue : U256.MaxValue >> 2),
            2 => new Reconnect("elsewhere", 1),
            3 => new SetCustomMiningJobSuccess(40, (uint)_random.Next(50), 9),
            4 => new CloseChannel((uint)_random.Next(20, 50), "why not"),
            5 => new SubmitSharesError(40, (uint)_random.Next(100), "invalid-share"),
            _ => new SubmitSharesSuccess(40, (uint)_random.Next(100), 1, 1),
        };
        Harness.On(new CoreEvent.LinkMessage(pool, message));
    }

    private string Deliver(int index)
    {
        Pending pending = _pending[index];
        _pending.RemoveAt(index);
        if (pending.Event is CoreEvent.LinkConnected)
            _up.Add(pending.Link);
        Harness.On(pending.Event);
        Absorb();
        return pending.Event is CoreEvent.LinkMessage message ? message.Message.GetType().Name : pending.Event.GetType().Name;
    }

    // What the core has done since: peers prepare their answers.
    private void Absorb()
    {
        for (; _seen < Harness.All.Count; _seen++)
        {
            switch (Harness.All[_seen])
            {
                case Effect.Connect connect:
                    _links[connect.Link] = (connect.Role, connect.Peer);
                    bool works = !_faults || _random.Next(4) != 0;
                    _pending.Add(new Pending(connect.Link, works
                        ? new CoreEvent.LinkConnected(connect.Link)
                        : new CoreEvent.LinkClosed(connect.Link, LinkFailure.Unreachable, "refused")));
                    break;
                case Effect.CloseLink close:
                    _up.Remove(close.Link);
                    _pending.RemoveAll(pending => pending.Link == close.Link);
                    break;
                case Effect.OnLink message when !_faults || _random.Next(300) != 0:
                    Answer(message.Link, message.Message);
                    break;
            }
        }
    }

    private void Answer(LinkId link, Sv2Message message)
    {
        bool refuse = _faults && _random.Next(20) == 0;
        string code = (new[] { "stale-chain-tip", "busy", "invalid-mining-job-token", "invalid-job" })[_random.Next(4)];
        Sv2Message? answer = message switch
        {
            SetupConnection => refuse ? new SetupConnectionError(0, "unsupported-feature-flags") : new SetupConnectionSuccess(2, 0),
            AllocateMiningJobToken ask => new AllocateMiningJobTokenSuccess(ask.RequestId, new[] { ++_token }, FakePool.Outputs),
            OpenExtendedMiningChannel open => refuse
                ? new OpenMiningChannelError(open.RequestId, "unknown-user")
                : new OpenExtendedMiningChannelSuccess(
                    open.RequestId, 40, U256.MaxValue, Grant(open), new byte[] { 1, (byte)link.Value }, 1),
            DeclareMiningJob declare => refuse
                ? new DeclareMiningJobError(declare.RequestId, code, default)
                : new DeclareMiningJobSuccess(declare.RequestId, declare.MiningJobToken),
            SetCustomMiningJob custom => refuse
                ? new SetCustomMiningJobError(40, custom.RequestId, code)
                : new SetCustomMiningJobSuccess(40, custom.RequestId, ++_upstreamJob),
            RequestTransactionData request => refuse
                ? new RequestTransactionDataError(request.TemplateId, "stale-template-id")
                : new RequestTransactionDataSuccess(
                    request.TemplateId, new byte[32], CoreHarness.Transactions(2, (byte)request.TemplateId)),
            SubmitSharesExtended share => OnShare(link, share),
            _ => null,
        };
        if (answer is null)
        {
            if (message is CoinbaseOutputConstraints)
                AnswerConstraints(link);
            return;
        }

        if (answer is SetCustomMiningJobSuccess success)
        {
            if (!_acknowledged.TryGetValue(link, out HashSet<uint>? known))
                _acknowledged.Add(link, known = []);
            known.Add(success.JobId);
        }

        _pending.Add(new Pending(link, new CoreEvent.LinkMessage(link, answer)));
        if (_faults && _random.Next(25) == 0)
            _pending.Add(new Pending(link, new CoreEvent.LinkMessage(link, answer)));
    }

    private ushort Grant(OpenExtendedMiningChannel open) => (ushort)Math.Max(open.MinExtranonceSize, _random.Next(8, 17));

    private void AnswerConstraints(LinkId link)
    {
        ulong id = ++_template;
        Harness.On(new CoreEvent.LinkMessage(link, FakeProvider.NewTemplate(id, true)));
        if (_up.Contains(link))
            Tip(link, id);
    }

    private SubmitSharesSuccess? OnShare(LinkId link, SubmitSharesExtended share)
    {
        Assert.True(
            _shares.Add((link, share.Nonce, share.NTime, share.Version, Convert.ToHexString(share.Extranonce.Span) + share.JobId)),
            "a share went out twice");
        Assert.Contains(share.JobId, _acknowledged[link]);
        return _random.Next(4) == 0 ? new SubmitSharesSuccess(40, share.SequenceNumber, 1, 1) : null;
    }
}
