using System.Collections.Immutable;
using Bitcoin;
using Sv2.Protocol;

namespace JdClient.Core.Tests.Harness;

/// <summary>The core with a clock and peers that are driven by hand.</summary>
public sealed class CoreHarness
{
    public static readonly byte[] SoloScript = [0x00, 0x14, .. Enumerable.Repeat((byte)0x51, 20)];

    private readonly RecordingEffects _effects = new();
    private readonly Dictionary<SessionId, FakeMiner> _miners = [];
    private long _sessions;

    public CoreHarness(
        MiningMode mode = MiningMode.FullTemplate,
        int upstreams = 1,
        Func<CoreOptions, CoreOptions>? configure = null,
        bool standby = false)
    {
        var options = new CoreOptions
        {
            Mode = mode,
            Upstreams = mode == MiningMode.SoloMining ? [] : [.. Enumerable.Range(0, upstreams).Select(Upstream)],
            TemplateProviders = ["tp"],
            SoloRewardScript = SoloScript,
            MinerTag = "test",
            SharesPerMinute = 6000,
            ShareBatchSize = 1,
            MinHashRate = 0.001f,
            Version = "1.2.3",

            // Providers driven by hand do not answer for themselves.
            Fallback = new FallbackOptions { Standby = standby, ProviderSilence = TimeSpan.FromDays(10) },
        };
        Options = configure is null ? options : configure(options);
        Core = new ChannelManager(Options, 7);
        Provider = new FakeProvider(this);
        Core.Start(Now, _effects);
        Absorb(0);
    }

    public CoreOptions Options { get; }

    public ChannelManager Core { get; }

    public DateTimeOffset Now { get; private set; } = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public FakeProvider Provider { get; }

    /// <summary>What the last event led to.</summary>
    public IReadOnlyList<Effect> Last { get; private set; } = [];

    /// <summary>Everything so far.</summary>
    public IReadOnlyList<Effect> All => _effects.All;

    public IEnumerable<FakeMiner> Miners => _miners.Values;

    public IEnumerable<CoreReport> Reports => Last.OfType<Effect.Reported>().Select(static effect => effect.Report);

    public IEnumerable<CoreReport> AllReports => All.OfType<Effect.Reported>().Select(static effect => effect.Report);

    public static UpstreamOptions Upstream(int index) => new(index, $"pool{index}", $"user{index}")
    {
        Pool = new PeerEndpoint($"pool{index}.example", 3333),
        JobDeclarator = new PeerEndpoint($"jds{index}.example", 3334),
    };

    public void On(CoreEvent coreEvent)
    {
        int from = _effects.All.Count;
        Core.On(coreEvent, Now, _effects);
        Absorb(from);
    }

    /// <summary>Lets time pass, with a wake-up whenever the core wants one.</summary>
    public void Pass(TimeSpan time)
    {
        DateTimeOffset end = Now + time;
        int from = _effects.All.Count;
        while (Core.NextWakeUp is { } wakeUp && wakeUp <= end)
        {
            Now = wakeUp > Now ? wakeUp : Now;
            int before = _effects.All.Count;
            Core.On(new CoreEvent.WakeUp(), Now, _effects);
            Absorb(before);
        }

        Now = end;
        Last = _effects.All[from..];
    }

    /// <summary>Lets time pass until the core wants a wake-up, and gives it that one.</summary>
    public void NextWakeUp()
    {
        if (Core.NextWakeUp is { } wakeUp && wakeUp > Now)
            Now = wakeUp;
        On(new CoreEvent.WakeUp());
    }

    /// <summary>A share takes a little time; vardiff would otherwise see an infinite hash rate.</summary>
    public void Tick() => Now += ShareTime;

    public TimeSpan ShareTime { get; set; } = TimeSpan.FromMilliseconds(20);

    public void PassSeconds(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass until a pool that failed is tried again.</summary>
    public void PassRest(int upstream = 0) => Pass(Snapshot().Upstreams[upstream].RetryAt!.Value - Now);

    /// <summary>The newest attempt to reach a peer.</summary>
    public LinkId LinkTo(LinkRole role, int index = 0) =>
        All.OfType<Effect.Connect>().Last(connect => connect.Role == role && connect.Peer == index).Link;

    public FakePool Pool(int index = 0) => new(this, index, LinkTo(LinkRole.Pool, index), LinkTo(LinkRole.JobDeclarator, index));

    public CoreSnapshot Snapshot() => Core.Snapshot(Now);

    public FakeMiner Miner(bool standardJobs = false, bool setUp = true)
    {
        var miner = new FakeMiner(this, new SessionId(++_sessions), standardJobs);
        _miners.Add(miner.Session, miner);
        On(new CoreEvent.MinerConnected(miner.Session, $"miner{_sessions}"));
        if (setUp)
            miner.SetUp();
        return miner;
    }

    public IEnumerable<T> ToMiner<T>(FakeMiner miner)
        where T : Sv2Message =>
        Last.OfType<Effect.ToMiner>().Where(effect => effect.Session == miner.Session).Select(static effect => effect.Message).OfType<T>();

    public IEnumerable<T> OnLink<T>(LinkId link)
        where T : Sv2Message =>
        Last.OfType<Effect.OnLink>().Where(effect => effect.Link == link).Select(static effect => effect.Message).OfType<T>();

    public static ImmutableArray<ReadOnlyMemory<byte>> Transactions(int count, byte seed = 0) =>
        [.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)new byte[] { seed, (byte)i, 3, 4 })];

    public static U256 Hash(uint value) => new(value, 0, 0, value);

    private void Absorb(int from)
    {
        Last = _effects.All[from..];
        foreach (Effect effect in Last)
        {
            if (effect is Effect.ToMiner message)
                _miners.GetValueOrDefault(message.Session)?.Receive(message.Message);
            else if (effect is Effect.CloseMiner close)
                _miners.GetValueOrDefault(close.Session)?.CloseByCore(close.Reason);
        }
    }
}
