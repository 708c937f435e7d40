using Bitcoin;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Harness;

/// <summary>Modelled peers that answer, delay, repeat, refuse and die at random, from a seed.</summary>
public sealed partial class World
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
}
