using System.Net;
using JdClient.Cli;
using JdClient.Core;
using Sv2.Transport;

namespace JdClient.Tests.Hosting;

public sealed class JdClientHostTests
{
    [Fact]
    public async Task Port_0_is_the_systems_choice_and_readable_and_the_url_is_logged()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();

        Assert.NotEqual(0, daemon.EndPoint.Port);
        LogCapture.Line url = await daemon.Log.WaitForAsync(1001);
        Assert.Contains(
            $"stratum2+tcp://127.0.0.1:{daemon.EndPoint.Port}/{daemon.Configuration.Downstream.Authority.PublicKey}",
            url.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_ends_every_task_and_closes_miners()
    {
        TestDaemon daemon = await TestDaemon.StartAsync();
        await using Sv2Connection miner = await daemon.ConnectAsync();
        Task<ConnectionEnd> run = miner.RunAsync((_, _) => ValueTask.CompletedTask, TestContext.Current.CancellationToken);

        await daemon.DisposeAsync();

        await run;
        Assert.DoesNotContain(daemon.Log.Lines, line => line.EventId is 1004 or 1010);
        Assert.Contains(daemon.Log.Lines, line => line.EventId == 1003);
    }

    [Fact]
    public async Task A_stop_after_the_stop_or_the_disposal_changes_nothing()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();

        await daemon.Host.StopAsync(TestContext.Current.CancellationToken);
        await daemon.Host.StopAsync(TestContext.Current.CancellationToken);
        await daemon.Host.DisposeAsync();
        await daemon.Host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Single(daemon.Log.Lines, line => line.EventId == 1003);
    }

    [Fact]
    public async Task A_cancelled_run_is_a_success()
    {
        await using JdClientHost host = JdClientHost.Build(TestDaemon.Solo());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        Task<ExitCode> run = host.RunAsync(stop.Token);
        await host.Status.Listening;
        await stop.CancelAsync();

        Assert.Equal(ExitCode.Success, await run);
    }

    [Fact]
    public async Task A_lost_template_provider_is_tried_again_and_seen_in_the_snapshot()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();

        await daemon.Log.WaitForAsync(line => line.EventId == 4000 && line.Text.Contains("tried again", StringComparison.Ordinal));

        Assert.False(daemon.Host.Status.Ending.IsCompleted);
    }

    [Fact]
    public async Task An_observer_that_throws_does_not_disturb_mining()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        var first = true;
        daemon.Host.Reports.Subscribe(report =>
        {
            // Observers may not disturb mining, whatever they do.
            if (report is CoreReport.SessionAccepted && first)
            {
                first = false;
                throw new InvalidOperationException("an observer's bug");
            }
        });
        Assert.Equal(IPAddress.Loopback, daemon.EndPoint.Address);
        await using Sv2Connection miner = await daemon.ConnectAsync();
        miner.TrySend(new Sv2.Protocol.Common.SetupConnection(0, 2, 2, 0, "h", 1, "", "", "", ""));
        var answered = new TaskCompletionSource();
        Task<ConnectionEnd> run = miner.RunAsync(
            (_, _) =>
            {
                answered.TrySetResult();
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        await answered.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await daemon.Log.WaitForAsync(2010);
        Assert.DoesNotContain(daemon.Log.Lines, line => line.EventId == 1040);
        miner.Close(ConnectionEndReason.NoLongerNeeded);
        await run;
    }
}
