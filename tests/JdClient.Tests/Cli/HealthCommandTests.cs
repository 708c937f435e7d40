using JdClient.Cli;
using JdClient.Tests.Configuration;
using JdClient.Tests.Monitoring;

namespace JdClient.Tests.Cli;

public sealed class HealthCommandTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_daemon_that_lives_but_has_no_work_is_alive_and_not_ready()
    {
        string address;
        await using (MonitoredDaemon daemon = await MonitoredDaemon.StartAsync())
        {
            address = (await daemon.Daemon.Host.Status.Monitoring).ToString();
            await WriteAsync(address);
            Assert.Equal(ExitCode.Success, await RunAsync("health", "-c", _file));
            Assert.Contains("\"ok\"", _output.ToString(), StringComparison.Ordinal);
            Assert.Equal(ExitCode.NotDone, await RunAsync("health", "--ready", "-c", _file));
            Assert.Contains("failing", _error.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(ExitCode.NotDone, await RunAsync("health", "-c", _file));
        Assert.Contains($"No answer from http://{address}/healthz", _error.ToString(), StringComparison.Ordinal);
    }

    private Task WriteAsync(string address) => File.WriteAllTextAsync(
        _file, ConfigText.With("monitoring_address", $"monitoring_address = \"{address}\""), TestContext.Current.CancellationToken);

    private Task<ExitCode> RunAsync(params string[] args) => CommandLine.RunAsync(
        args,
        ConfigText.NoVariables,
        _output,
        _error,
        (_, _, _) => throw new InvalidOperationException("the daemon must not start"),
        TestContext.Current.CancellationToken);
}
