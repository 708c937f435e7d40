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
    public async Task Miners_leave_the_runtime_the_files_that_it_needs_and_connect_again_when_some_are_free()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits of Linux");
        const int room = 100;
        using Process process = StartWithFiles(400, "-c", await WriteConfigAsync());
        string warning = await ReadUntilAsync(process, "This process may open 400 files");
        Assert.Contains($"room for {room} miners", warning, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE", warning, StringComparison.Ordinal);
        string address = (await ReadUntilAsync(process, "Listening for miners on")).Split(' ')[^1];

        var sockets = new List<Socket>();
        for (int i = 0; i < room; i++)
            sockets.Add(await ConnectAsync(address));
        Assert.All(await Task.WhenAll(sockets.Select(IsServedAsync)), Assert.True);
        for (int i = 0; i < 400; i++)
        {
            using Socket refused = await ConnectAsync(address);
            Assert.False(await IsServedAsync(refused));
        }

        string refusal = await ReadUntilAsync(process, "not admitted");
        Assert.Contains($"all {room} connections are in use (limit of open files", refusal, StringComparison.Ordinal);
        sockets.ForEach(socket => socket.Dispose());
        bool again = false;
        while (!again)
        {
            using Socket socket = await ConnectAsync(address);
            again = await IsServedAsync(socket);
        }

        Assert.Equal(0, Kill(process.Id, Terminate));
        string rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Success, (ExitCode)process.ExitCode);
        Assert.DoesNotContain("failed; action", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("No more miners can connect", rest, StringComparison.Ordinal);
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

    // The first act of a handshake is answered, a connection that is not let in is closed.
    private static async Task<bool> IsServedAsync(Socket socket)
    {
        const int firstAct = 64;
        try
        {
            await socket.SendAsync(new byte[firstAct], TestContext.Current.CancellationToken);
            return await socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Process StartWithFiles(int limit, params string[] args)
    {
        ProcessStartInfo start = StartInfo(args);
        string[] command = ["-c", $"ulimit -n {limit}; exec dotnet \"$0\" \"$@\"", .. start.ArgumentList];
        start.FileName = "sh";
        start.ArgumentList.Clear();
        foreach (string argument in command)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
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

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
