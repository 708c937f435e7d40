using System.Collections.Concurrent;
using Sv2.Protocol;
using Testbed.Miners;
using Testbed.Net;

namespace Testbed.Load;

// All miners lose the daemon at once, and come back at once when it does.
internal sealed partial class LoadRun
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, int> _wasted = new();

    /// <summary>Measures a storm: the daemon is killed and started again.</summary>
    public async Task<StormReport> RunStormAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        await WarmUpAsync(cancellationToken);
        var presence = new Presence();
        for (int index = 0; index < options.Miners; index++)
            _running.Add(StayAsync(index, presence, _stop.Token));
        await UntilAsync(() => presence.Mining == options.Miners, "work for every miner", cancellationToken);
        tell($"{options.Miners} miners are mining; the daemon is killed");
        await Task.Delay(Quiet, time, cancellationToken);

        _wasted.Clear();
        long begin = time.GetTimestamp();
        await _daemon!.KillAndRestartAsync(time, cancellationToken);
        double outage = time.GetElapsedTime(begin).TotalMilliseconds;
        begin = time.GetTimestamp();
        await UntilAsync(() => presence.Mining >= options.Miners / 2, "half of the miners back", cancellationToken);
        double half = time.GetElapsedTime(begin).TotalMilliseconds;
        await UntilAsync(() => presence.Mining == options.Miners, "every miner back", cancellationToken);
        double all = time.GetElapsedTime(begin).TotalMilliseconds;
        return new StormReport
        {
            Miners = options.Miners,
            OutageMs = Math.Round(outage),
            HalfMiningMs = Math.Round(half),
            AllMiningMs = Math.Round(all),
            DaemonCpuMs = new ProcessFigures(_daemon.ProcessId).CpuMs(),
            Wasted = _wasted.Where(pair => pair.Key is not "ConnectFailed").ToDictionary(),
        };
    }

    // A miner that connects again for ever, a tenth of a second after each failure.
    private async Task StayAsync(int index, Presence presence, CancellationToken stop)
    {
        var server = new ServerAddress("127.0.0.1", _daemon!.Port, _daemonKeys.AuthorityKey);
        while (!stop.IsCancellationRequested)
        {
            (bool connected, string ending) = await RoleClient.RunAsync(
                server, PeerRole.MiningServer, new LoadMiner(index, server, presence, time), time, stop);
            if (!connected)
                _wasted.AddOrUpdate(ending.Split(':')[0], 1, (_, count) => count + 1);
            await Task.Delay(RetryPause * (1 + (index % 10 / 10.0)), time, CancellationToken.None);
        }
    }

    /// <summary>Who has work now. From any thread.</summary>
    private sealed class Presence : ILoadObserver
    {
        private int _mining;

        public int Mining => Volatile.Read(ref _mining);

        public void OnWork(LoadMiner miner) => Interlocked.Increment(ref _mining);

        public void OnEnded(LoadMiner miner, string reason)
        {
            if (miner.HasWork)
                Interlocked.Decrement(ref _mining);
        }

        public void OnPrevHash(LoadMiner miner, U256 prevHash)
        {
        }

        public void OnPresentJob(LoadMiner miner)
        {
        }

        public void OnRefused(LoadMiner miner, string code)
        {
        }
    }
}
