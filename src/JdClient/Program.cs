using JdClient.Cli;
using JdClient.Configuration;
using JdClient.Logging;
using JdClient.Reload;
using JdClient.Status;

namespace JdClient;

/// <summary>The process's entry.</summary>
internal static class Program
{
    /// <summary>The version of this build.</summary>
    internal static string Version { get; } = typeof(Program).Assembly.GetName().Version?.ToString(3) ?? "0";

    private static async Task<int> Main(string[] args) => (int)await CommandLine.RunAsync(
        args,
        ConfigurationLoader.ProcessEnvironment(),
        Console.Out,
        Console.Error,
        RunDaemonAsync,
        CancellationToken.None);

    private static async Task<ExitCode> RunDaemonAsync(
        JdcConfiguration configuration, Func<ConfigurationResult> read, CancellationToken cancellationToken)
    {
        if (configuration.Log.File is { } file && SerilogLogging.FileProblem(file) is { } problem)
        {
            await Console.Error.WriteLineAsync(problem);
            return ExitCode.StartFailed;
        }

        using var logging = SerilogLogging.Create(configuration.Log, TimeProvider.System);
        var options = new JdClientHostOptions
        {
            ConfigureLogging = logging.Configure,
            HandleSignals = true,
            Reload = new ReloadSource(read, logging),
            Systemd = SystemdEnvironment.Read(ConfigurationLoader.ProcessEnvironment(), Environment.ProcessId),
        };
        await using JdClientHost host = JdClientHost.Build(configuration, options);
        host.TellUnobservedTasks();
        return await host.RunAsync(cancellationToken);
    }
}
