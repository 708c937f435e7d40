using System.Diagnostics;
using System.Runtime.InteropServices;
using JdClient.Cli;
using JdClient.Tests.Configuration;

namespace JdClient.Tests.Cli;

/// <summary>The program as a process of its own: signals and exit codes.</summary>
public sealed partial class ProcessTests : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly string _directory = Directory.CreateTempSubdirectory("jdc").FullName;

    [Theory]
    [InlineData(Terminate)]
    [InlineData(Interrupt)]
    public async Task A_signal_stops_it_within_five_seconds_with_exit_code_0(int signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "signals of Unix");
        string config = Path.Combine(_directory, "jdc.toml");
        await File.WriteAllTextAsync(
            config,
            ConfigText.Whole
                .Replace("127.0.0.1:34265", "127.0.0.1:0", StringComparison.Ordinal)
                .Replace("monitoring_address = \"127.0.0.1:9091\"", "", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        string log = Path.Combine(_directory, "jdc.log");
        using Process process = Start("-c", config, "-f", log);
        string? line;
        do
            line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        while (line is not null && !line.Contains("stratum2+tcp://", StringComparison.Ordinal));
        Assert.NotNull(line);
        Assert.DoesNotContain('\u001b', line);

        Assert.Equal(0, Kill(process.Id, signal));
        Task<string> rest = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // A stop that takes longer ends with ForcedStop after 5 s.
        Assert.Equal(ExitCode.Success, (ExitCode)process.ExitCode);
        Assert.Contains("Stopped", await rest, StringComparison.Ordinal);
        string logged = await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken);
        Assert.Contains("Stopped", logged, StringComparison.Ordinal);
        Assert.DoesNotContain(ConfigText.ExampleSecret, logged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_configuration_it_ends_with_exit_code_1_and_says_why_on_stderr()
    {
        using Process process = Start("-c", Path.Combine(_directory, "none.toml"));
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.ConfigurationError, (ExitCode)process.ExitCode);
        Assert.Contains("no configuration found", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(JdClientHost).Assembly.Location);
        foreach (string arg in args)
            start.ArgumentList.Add(arg);
        foreach (string name in start.Environment.Keys.ToArray().Where(name => name.StartsWith("JDC__", StringComparison.OrdinalIgnoreCase)))
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
