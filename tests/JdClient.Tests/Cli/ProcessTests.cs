using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
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
        string config = await WriteConfigAsync();
        string log = Path.Combine(_directory, "jdc.log");
        using Process process = Start("-c", config, "-f", log);
        string line = await ReadUntilAsync(process, "stratum2+tcp://");
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
    public async Task Out_of_file_descriptors_is_said_once_and_miners_connect_again_when_some_are_free()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits of Linux");
        string config = await WriteConfigAsync();
        using Process process = Start("-c", config);
        string address = (await ReadUntilAsync(process, "Listening for miners on")).Split(' ')[^1];
        await ReadUntilAsync(process, "stratum2+tcp://");

        // The runtime loads what it needs when it needs it, which takes descriptors too: let it see one of everything first.
        using (Socket first = await ConnectAsync(address))
            first.Shutdown(SocketShutdown.Both);
        await ReadUntilAsync(process, "no handshake");
        int open = Directory.GetFileSystemEntries($"/proc/{process.Id}/fd").Length;
        Assert.Equal(0, SetOpenFiles(process.Id, open + 16));

        var sockets = new List<Socket>();
        for (int i = 0; i < 40; i++)
            sockets.Add(await ConnectAsync(address));

        Assert.Contains("LimitNOFILE", await ReadUntilAsync(process, "No more miners can connect"), StringComparison.Ordinal);
        sockets.ForEach(socket => socket.Dispose());
        Task<string> again = ReadUntilAsync(process, "Miners can connect again");
        while (!again.IsCompleted)
        {
            using Socket socket = await ConnectAsync(address);
            await Task.WhenAny(
                again, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await again;

        Assert.Equal(0, Kill(process.Id, Terminate));
        string rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Success, (ExitCode)process.ExitCode);
        Assert.DoesNotContain("failed; action", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_of_files_below_max_connections_is_said_at_the_start_with_the_remedy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits of Linux");
        string config = await WriteConfigAsync();
        ProcessStartInfo start = StartInfo("-c", config);
        string[] command = ["-c", "ulimit -n 1000; exec dotnet \"$0\" \"$@\"", .. start.ArgumentList];
        start.FileName = "sh";
        start.ArgumentList.Clear();
        foreach (string argument in command)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;

        string line = await ReadUntilAsync(process, "This process may open 1000 files");
        Assert.Contains("room for 744 miners", line, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE", line, StringComparison.Ordinal);
        Assert.Equal(0, Kill(process.Id, Terminate));
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
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

    private async Task<string> WriteConfigAsync()
    {
        string config = Path.Combine(_directory, "jdc.toml");
        await File.WriteAllTextAsync(
            config,
            ConfigText.Whole
                .Replace("127.0.0.1:34265", "127.0.0.1:0", StringComparison.Ordinal)
                .Replace("monitoring_address = \"127.0.0.1:9091\"", "", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        return config;
    }

    /// <summary>The first line with this text.</summary>
    private static async Task<string> ReadUntilAsync(Process process, string text)
    {
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        Assert.Fail($"it ended without \"{text}\": {await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
        return "";
    }

    private static async Task<Socket> ConnectAsync(string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(address), TestContext.Current.CancellationToken);
        return socket;
    }

    private static Process Start(params string[] args) => Process.Start(StartInfo(args))!;

    private static ProcessStartInfo StartInfo(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(JdClientHost).Assembly.Location);
        foreach (string arg in args)
            start.ArgumentList.Add(arg);
        foreach (string name in start.Environment.Keys.ToArray().Where(name => name.StartsWith("JDC__", StringComparison.OrdinalIgnoreCase)))
            start.Environment.Remove(name);
        return start;
    }

    private static int SetOpenFiles(int process, int limit)
    {
        const int openFiles = 7;
        ReadOnlySpan<ulong> softAndHard = [(ulong)limit, (ulong)limit];
        return SetLimit(process, openFiles, softAndHard, 0);
    }

    [LibraryImport("libc", EntryPoint = "prlimit64", SetLastError = true)]
    private static partial int SetLimit(int process, int resource, ReadOnlySpan<ulong> softAndHard, nint old);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
