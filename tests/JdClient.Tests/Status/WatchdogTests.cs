using System.Net;
using System.Net.Sockets;
using Bitcoin;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Status;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace JdClient.Tests.Status;

public sealed class WatchdogTests : IDisposable
{
    private const string PoolName = "pool:1";

    private static readonly SessionId Miner = new(1);

    private readonly string _directory = Directory.CreateTempSubdirectory("jdc").FullName;
    private readonly LogCapture _log = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly DaemonStatus _daemon = new();
    private readonly ActorProgress _progress = new();
    private readonly StatusService _status;
    private readonly SystemdNotify _systemd;
    private readonly Watchdog _watchdog;

    public WatchdogTests()
    {
        JdcConfiguration configuration = TestDaemon.Solo();
        var factory = new LoggerFactory([_log]);
        _systemd = new SystemdNotify(new SystemdEnvironment(Path.Combine(_directory, "notify"), TimeSpan.FromSeconds(30)));
        _status = new StatusService(configuration, _daemon, _progress, _time, factory.CreateLogger<StatusService>());
        _watchdog = new Watchdog(
            configuration, _status, _daemon, _progress, _systemd, _time, factory.CreateLogger<Watchdog>());
        _daemon.SetListening(new IPEndPoint(IPAddress.Loopback, 1));
    }

    [Fact]
    public void An_actor_that_hangs_is_told_once_and_again_when_it_goes_on()
    {
        _daemon.Snapshot = Snapshots.Solo(_time.GetUtcNow(), template: true);
        _progress.Handling = new CoreEvent.MinerConnected(Miner, "peer");
        Pass(seconds: 60, turns: false);

        LogCapture.Line line = Assert.Single(_log.Lines, line => line.EventId == 1050);
        Assert.Contains("held up by MinerConnected", line.Text, StringComparison.Ordinal);
        Assert.False(_status.ReadReadiness().IsReady);
        Assert.False(_status.IsProgressing);

        Pass(seconds: 2, turns: true);

        Assert.Single(_log.Lines, over => over.EventId == 1051);
        Assert.True(_status.ReadReadiness().IsReady);
        Assert.Empty(_status.Read().Alarms);
    }

    [Fact]
    public void A_busy_actor_is_not_taken_for_a_hanging_one()
    {
        _daemon.Snapshot = Snapshots.Solo(_time.GetUtcNow(), template: true);
        _progress.Handling = new CoreEvent.MinerConnected(Miner, "peer");
        Pass(seconds: 60, turns: true);

        Assert.DoesNotContain(_log.Lines, line => line.EventId == 1050);
    }

    [Fact]
    public void A_template_that_does_not_come_is_told_with_what_the_provider_says()
    {
        _daemon.Snapshot = Snapshots.Solo(_time.GetUtcNow(), template: false) with
        {
            Providers = [new ProviderSnapshot("tp:1", ProviderState.Waiting, "refused", null, default, 1, null, null, null)],
        };
        Pass(seconds: 59, turns: true);
        Assert.Empty(_log.Lines);

        Pass(seconds: 10, turns: true);

        LogCapture.Line line = Assert.Single(_log.Lines, line => line.EventId == 1050);
        Assert.Contains("tp:1 waiting (refused)", line.Text, StringComparison.Ordinal);
        _daemon.Snapshot = Snapshots.Solo(_time.GetUtcNow(), template: true);
        Pass(seconds: 1, turns: true);
        Assert.Contains(_log.Lines, over => over.EventId == 1051);
    }

    [Fact]
    public void An_old_template_is_told_and_a_new_tip_makes_it_young()
    {
        DateTimeOffset start = _time.GetUtcNow();
        _daemon.Snapshot = Snapshots.Solo(start, template: true);
        Pass(seconds: 1795, turns: true);
        _daemon.Snapshot = Snapshots.Solo(start, template: true) with
        {
            Template = new TemplateSnapshot(1, U256.Zero, start, _time.GetUtcNow(), 1),
        };
        Pass(seconds: 1790, turns: true);
        Assert.DoesNotContain(_log.Lines, line => line.EventId == 1050);

        Pass(seconds: 20, turns: true);

        Assert.Single(_log.Lines, line => line.EventId == 1050);
    }

    [Fact]
    public void Open_channels_without_shares_are_told_after_the_time_in_which_many_are_due()
    {
        // One channel and six shares a minute: five minutes are thirty.
        _daemon.Snapshot = Snapshots.Solo(_time.GetUtcNow(), template: true, channels: 1);
        Pass(seconds: 200, turns: true);
        _status.Observe(new CoreReport.ShareRejected(Miner, 1, 1, "stale-share"));
        Pass(seconds: 295, turns: true);
        Assert.DoesNotContain(_log.Lines, line => line.EventId == 1050);

        Pass(seconds: 10, turns: true);

        Assert.Contains("no share has come", Assert.Single(_log.Lines, line => line.EventId == 1050).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_that_lead_to_none_at_the_pool_are_told()
    {
        _daemon.Snapshot = Snapshots.Pool(_time.GetUtcNow(), PoolName, Difficulty.TargetOfOne >> 7);
        for (int i = 0; i < 130; i++)
        {
            _status.Observe(new CoreReport.ShareAccepted(Miner, 1, 1, 50));
            Pass(seconds: 1, turns: true);
        }

        LogCapture.Line line = Assert.Single(_log.Lines, line => line.EventId == 1050);
        Assert.Contains($"none has gone to {PoolName}", line.Text, StringComparison.Ordinal);
        Assert.Equal(AlarmKind.NoSharesForwarded, Assert.Single(_status.Read().Alarms).Kind);

        _status.Observe(new CoreReport.UpstreamShareSent(0, 1));
        Pass(seconds: 1, turns: true);

        Assert.Empty(_status.Read().Alarms);
    }

    [Fact]
    public void Shares_too_small_for_the_pool_are_no_fault()
    {
        _daemon.Snapshot = Snapshots.Pool(_time.GetUtcNow(), PoolName, Difficulty.TargetOfOne >> 20);
        for (int i = 0; i < 300; i++)
        {
            _status.Observe(new CoreReport.ShareAccepted(Miner, 1, 1, 50));
            Pass(seconds: 1, turns: true);
        }

        Assert.DoesNotContain(_log.Lines, line => line.EventId == 1050);
    }

    [Fact]
    public void Solo_shares_need_no_pool()
    {
        _daemon.Snapshot = Snapshots.Solo(_time.GetUtcNow(), template: true, channels: 1);
        for (int i = 0; i < 300; i++)
        {
            _status.Observe(new CoreReport.ShareAccepted(Miner, 1, 1, 1e9));
            Pass(seconds: 1, turns: true);
        }

        Assert.DoesNotContain(_log.Lines, line => line.EventId == 1050);
    }

    [Fact]
    public void A_pool_that_answers_nothing_is_told()
    {
        _daemon.Snapshot = Snapshots.Pool(_time.GetUtcNow(), PoolName, Difficulty.TargetOfOne);
        for (int i = 0; i < 310; i++)
        {
            _status.Observe(new CoreReport.ShareAccepted(Miner, 1, 1, 5));
            _status.Observe(new CoreReport.UpstreamShareSent(0, (uint)i));
            Pass(seconds: 1, turns: true);
        }

        Assert.Equal(AlarmKind.NoAnswers, Assert.Single(_status.Read().Alarms).Kind);
    }

    [Fact]
    public async Task Systemd_hears_of_readiness_only_when_there_is_work_and_of_life_only_while_there_is_progress()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sockets of Linux");
        using Socket systemd = SystemdNotifyTests.Listen(Path.Combine(_directory, "notify"));
        Pass(seconds: 1, turns: true);
        Assert.Equal("STATUS=Not ready: no template yet", await SystemdNotifyTests.ReceiveAsync(systemd));
        Assert.Equal("WATCHDOG=1", await SystemdNotifyTests.ReceiveAsync(systemd));

        _daemon.Snapshot = Snapshots.Solo(_time.GetUtcNow(), template: true);
        Pass(seconds: 1, turns: true);
        Assert.Equal("READY=1", await SystemdNotifyTests.ReceiveAsync(systemd));
        Assert.StartsWith("STATUS=Mining solo since", await SystemdNotifyTests.ReceiveAsync(systemd), StringComparison.Ordinal);

        // A third of systemd's 30 s later, the second sign of life; then none while nothing moves.
        Pass(seconds: 9, turns: true);
        Assert.Equal("WATCHDOG=1", await SystemdNotifyTests.ReceiveAsync(systemd));
        Pass(seconds: 40, turns: false);
        string stalled = await SystemdNotifyTests.ReceiveAsync(systemd);
        Assert.StartsWith("STATUS=The channel manager makes no progress", stalled, StringComparison.Ordinal);
        Assert.Equal(0, systemd.Available);

        _watchdog.Stopping("as asked");
        Assert.Equal("STOPPING=1", await SystemdNotifyTests.ReceiveAsync(systemd));
        Assert.Equal("STATUS=Stopping: as asked", await SystemdNotifyTests.ReceiveAsync(systemd));
    }

    [Fact]
    public async Task A_node_that_takes_hours_does_not_make_the_start_fail()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sockets of Linux");
        using Socket systemd = SystemdNotifyTests.Listen(Path.Combine(_directory, "notify"));
        Pass(seconds: 61, turns: true);

        var heard = new List<string>();
        while (systemd.Available > 0)
            heard.Add(await SystemdNotifyTests.ReceiveAsync(systemd));

        Assert.Contains("READY=1", heard);
        Assert.False(_status.ReadReadiness().IsReady);
    }

    [Fact]
    public async Task It_looks_every_second_until_it_is_stopped()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task run = _watchdog.RunAsync(stop.Token);
        for (int i = 0; i < 70; i++)
        {
            _time.Advance(Watchdog.Interval);
            await Task.Yield();
        }

        await _log.WaitForAsync(1050);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    public void Dispose()
    {
        _systemd.Dispose();
        _log.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Pass(int seconds, bool turns)
    {
        for (int i = 0; i < seconds; i++)
        {
            if (turns)
                _progress.Turn();
            _time.Advance(Watchdog.Interval);
            _watchdog.Look();
        }
    }
}
