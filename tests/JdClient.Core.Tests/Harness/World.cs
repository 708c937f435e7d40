using Bitcoin;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Harness;

/// <summary>Modelled peers that answer, delay, repeat, refuse and die at random, from a seed.</summary>
public sealed class World
{
    private readonly Random _random;
    private readonly MiningMode _mode;
    private readonly List<FakeMiner> _miners = [];
    private readonly List<Pending> _pending = [];
    private readonly Dictionary<LinkId, (LinkRole Role, int Index)> _links = [];
    private readonly HashSet<LinkId> _up = [];
    private readonly HashSet<(LinkId Link, uint Nonce, uint NTime, uint Version, string Extranonce)> _shares = [];
    private readonly Dictionary<LinkId, HashSet<uint>> _acknowledged = [];
    private int _seen;
    private ulong _template;
    private uint _block;
    private uint _upstreamJob;
    private byte _token;
    private int[] _order = [0, 1, 2];
    private bool _faults = true;
    private bool _hasWork;

    public World(MiningMode mode, int seed)
    {
        _random = new Random(seed);
        _mode = mode;
        Harness = new CoreHarness(mode, upstreams: 3, configure: static options => options with
        {
            TemplateProviders = ["a", "b"],
            Fallback = new FallbackOptions
            {
                RefusesBase = TimeSpan.FromSeconds(1),
                RefusesMax = TimeSpan.FromSeconds(5),
                MisbehavesBase = TimeSpan.FromSeconds(2),
                MisbehavesMax = TimeSpan.FromSeconds(8),
                UnreachableMax = TimeSpan.FromSeconds(5),
                StabilityTime = TimeSpan.FromSeconds(3),
                StabilityMax = TimeSpan.FromSeconds(12),
            },
        });
        Absorb();
    }

    private sealed record Pending(LinkId Link, CoreEvent Event);

    public CoreHarness Harness { get; }

    /// <summary>One random thing happens.</summary>
    public string Step()
    {
        string step = Happen(_random.Next(100));
        Absorb();
        return step;
    }

    /// <summary>Everybody answers at once and nobody fails, until the best source must have the work.</summary>
    public void Heal()
    {
        _faults = false;
        for (int i = 0; i < 100; i++)
        {
            while (_pending.Count > 0)
                Deliver(0);
            Harness.PassSeconds(5);
            Absorb();
            if (i % 20 == 0)
                NewBlock();
        }

        if (!_miners.Exists(static miner => miner.Channels.Count > 0))
        {
            FakeMiner miner = Harness.Miner();
            _miners.Add(miner);
            miner.OpenExtended();
            Absorb();
            while (_pending.Count > 0)
                Deliver(0);
        }

        CoreSnapshot snapshot = Harness.Snapshot();
        Assert.Equal(_mode == MiningMode.SoloMining ? null : _order[0], snapshot.Source.UpstreamId);
    }

    /// <summary>The promises.</summary>
    public void Check()
    {
        CoreSnapshot snapshot = Harness.Snapshot();
        byte[] paid = snapshot.Source.UpstreamId is null ? CoreHarness.SoloScript : FakePool.Outputs[10..];
        foreach (FakeMiner miner in _miners)
        {
            Assert.Null(miner.ClosedBecause);
            foreach (MinerView channel in miner.Channels.Values)
            {
                Assert.NotNull(channel.ActiveJob);
                if (channel.Jobs[channel.ActiveJob.Value] is NewExtendedMiningJob job)
                    Assert.True(job.CoinbaseTxSuffix.Span.IndexOf(paid) > 0, "the job does not pay the present source");
                Assert.Equal(_miners[0].Channels.Count > 0 ? ActivePrevHash() : channel.PrevHash!.PrevHash, channel.PrevHash!.PrevHash);
            }
        }

        if (_hasWork)
            Assert.Equal(0, snapshot.PendingOpens);
        Assert.All(snapshot.Upstreams, static upstream => Assert.InRange(upstream.Tokens, 0, 2));
        Assert.Empty(Harness.Reports.OfType<CoreReport.BlockInconsistent>());
        Assert.Empty(Harness.Reports.OfType<CoreReport.ShareRejected>());
    }

    private U256 ActivePrevHash() => _miners.SelectMany(static miner => miner.Channels.Values).First().PrevHash!.PrevHash;

    private string Happen(int dice)
    {
        switch (dice)
        {
            case < 35 when _pending.Count > 0:
                // Peers answer in any order among each other; one peer's answers may overtake each other too.
                return Deliver(_random.Next(_pending.Count));
            case < 60 when Ready() is { } miner:
                MinerView[] channels = [.. miner.Channels.Values];
                MinerView view = channels[_random.Next(channels.Length)];
                uint[] jobs = [.. view.Jobs.Keys.Where(id => MinNTime(view.Jobs[id]) is not null || id == view.ActiveJob)];
                miner.Mine(view, block: _random.Next(20) == 0, jobId: jobs[_random.Next(jobs.Length)]);
                return "share";
            case < 66 when _miners.Count < 12:
                FakeMiner fresh = Harness.Miner(standardJobs: _random.Next(3) == 0);
                _miners.Add(fresh);
                Open(fresh);
                return "miner";
            case < 71 when _miners.Count > 0:
                Open(_miners[_random.Next(_miners.Count)]);
                return "open";
            case < 73 when _miners.Count > 3:
                int gone = _random.Next(_miners.Count);
                _miners[gone].Close();
                _miners.RemoveAt(gone);
                return "miner leaves";
            case < 80:
                NewTemplate(_random.Next(3) == 0);
                return "template";
            case < 83:
                NewBlock();
                return "block";
            case < 84 when _random.Next(2) == 0:
                Kill();
                return "kill";
            case < 86:
                Mischief();
                return "mischief";
            case < 88:
                OddTip();
                return "odd tip";
            case 88 when _random.Next(8) == 0:
                ChangeUpstreams();
                return "upstreams";
            case < 90 when Ready() is { } restless:
                Change(restless);
                return "change";
            default:
                Harness.PassSeconds(_random.NextDouble());
                return "time";
        }
    }

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

    // Others, or in another order; those that are gone may come back.
    private void ChangeUpstreams()
    {
        _order = [.. Enumerable.Range(0, 4).OrderBy(_ => _random.Next()).Take(_random.Next(1, 4))];
        Harness.On(new CoreEvent.UpstreamsChanged(
            [.. _order.Select(CoreHarness.Upstream)], Harness.Options.Fallback, Harness.Options.Deadlines, Harness.Options.Limits));
    }

    // Closes channels, some or all, or says something new about one.
    private void Change(FakeMiner miner)
    {
        MinerView channel = miner.Channels.Values.ElementAt(_random.Next(miner.Channels.Count));
        float[] rates = [0, -0f, 1, 3, 1e9f, float.MaxValue, float.NaN, float.PositiveInfinity, -1];
        switch (_random.Next(4))
        {
            case 0:
                miner.Send(new CloseChannel(channel.Id, "done"));
                miner.Channels.Remove(channel.Id);
                break;
            case 1:
                miner.Send(new CloseChannel(1, "done"));
                miner.Channels.Clear();
                break;
            default:
                U256 most = _random.Next(5) == 0 ? U256.From(0) : U256.MaxValue;
                miner.Send(new UpdateChannel(channel.Id, rates[_random.Next(rates.Length)], most));
                miner.Send(new UpdateChannel(channel.Id, _random.Next(3), U256.MaxValue));
                break;
        }
    }

    private void Open(FakeMiner miner)
    {
        if (miner.RequiresStandardJobs || _random.Next(2) == 0)
            miner.OpenStandard(hashRate: _random.Next(3));
        else
            miner.OpenExtended(minSize: (ushort)(_random.Next(4) == 0 ? _random.Next(15) : _random.Next(9)), hashRate: _random.Next(3));
    }

    private static uint? MinNTime(Sv2Message job) =>
        job is NewExtendedMiningJob extended ? extended.MinNTime : ((NewMiningJob)job).MinNTime;

    private FakeMiner? Ready()
    {
        FakeMiner[] ready = [.. _miners.Where(static miner => miner.Channels.Count > 0)];
        return ready.Length == 0 ? null : ready[_random.Next(ready.Length)];
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
