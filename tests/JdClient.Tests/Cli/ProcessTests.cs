using System.Net;
using System.Net.Sockets;
using JdClient.Cli;
using JdClient.Configuration;
using JdClient.Tests.Configuration;
using TestSupport;

namespace JdClient.Tests.Cli;

/// <summary>The program as a process of its own, for the runtime and as native code: signals, exit codes, what it prints.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("jdc").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DaemonBuild.Runtime, ProgramProcess.Terminate)]
    [InlineData(DaemonBuild.Runtime, ProgramProcess.Interrupt)]
    [InlineData(DaemonBuild.Published, ProgramProcess.Terminate)]
    [InlineData(DaemonBuild.Published, ProgramProcess.Interrupt)]
    public async Task A_signal_stops_it_within_five_seconds_with_exit_code_0(DaemonBuild build, int signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "signals of Unix");
        string config = await WriteConfigAsync();
        string log = Path.Combine(_directory, "jdc.log");
        using var program = ProgramProcess.Start(build, "-c", config, "-f", log);
        string line = await program.ReadUntilAsync("stratum2+tcp://");
        Assert.DoesNotContain('\u001b', line);

        program.Signal(signal);
        (ExitCode code, string rest, _) = await program.EndAsync();

        // A stop that takes longer ends with ForcedStop after 5 s.
        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("Stopped", rest, StringComparison.Ordinal);
        string logged = await File.ReadAllTextAsync(log, Cancel);
        Assert.Contains("Stopped", logged, StringComparison.Ordinal);
        Assert.DoesNotContain(ConfigText.ExampleSecret, logged, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DaemonBuild.Runtime)]
    [InlineData(DaemonBuild.Published)]
    public async Task SIGHUP_opens_the_log_anew_takes_a_changed_file_over_and_keeps_the_old_one_for_a_bad_file(DaemonBuild build)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "signals of Unix");
        string config = await WriteConfigAsync();
        string log = Path.Combine(_directory, "jdc.log");
        using var program = ProgramProcess.Start(build, "-c", config, "-f", log);
        await program.ReadUntilAsync("Listening for miners on");
        string good = await File.ReadAllTextAsync(config, Cancel);

        File.Move(log, log + ".1");
        await File.WriteAllTextAsync(config, "this is no configuration", Cancel);
        program.Signal(ProgramProcess.HangUp);
        await program.ReadUntilAsync("the one before stays in effect");
        await File.WriteAllTextAsync(config, good.Replace("pool_port = 33333", "pool_port = 33335", StringComparison.Ordinal), Cancel);
        program.Signal(ProgramProcess.HangUp);
        string changed = await program.ReadUntilAsync("upstreams.pool_port");

        program.Signal(ProgramProcess.Terminate);
        Assert.Equal(ExitCode.Success, (await program.EndAsync()).Code);
        Assert.Contains("read anew", changed, StringComparison.Ordinal);
        Assert.Contains("upstreams.pool_port", await File.ReadAllTextAsync(log, Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("upstreams.pool_port", await File.ReadAllTextAsync(log + ".1", Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DaemonBuild.Runtime)]
    [InlineData(DaemonBuild.Published)]
    public async Task Miners_leave_the_runtime_the_files_that_it_needs_and_connect_again_when_some_are_free(DaemonBuild build)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits of Linux");
        const int room = 100;
        using var program = ProgramProcess.StartWithFiles(400, build, "-c", await WriteConfigAsync());
        string warning = await program.ReadUntilAsync("This process may open 400 files");
        Assert.Contains($"room for {room} miners", warning, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE", warning, StringComparison.Ordinal);
        string address = (await program.ReadUntilAsync("Listening for miners on")).Split(' ')[^1];

        var sockets = new List<Socket>();
        for (int i = 0; i < room; i++)
            sockets.Add(await ConnectAsync(address));
        Assert.All(await Task.WhenAll(sockets.Select(IsServedAsync)), Assert.True);
        for (int i = 0; i < 400; i++)
        {
            using Socket refused = await ConnectAsync(address);
            Assert.False(await IsServedAsync(refused));
        }

        string refusal = await program.ReadUntilAsync("not admitted");
        Assert.Contains($"all {room} connections are in use (limit of open files", refusal, StringComparison.Ordinal);
        sockets.ForEach(socket => socket.Dispose());
        bool again = false;
        while (!again)
        {
            using Socket socket = await ConnectAsync(address);
            again = await IsServedAsync(socket);
        }

        program.Signal(ProgramProcess.Terminate);
        (ExitCode code, string rest, _) = await program.EndAsync();
        Assert.Equal(ExitCode.Success, code);
        Assert.DoesNotContain("failed; action", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("No more miners can connect", rest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DaemonBuild.Runtime)]
    [InlineData(DaemonBuild.Published)]
    public async Task Without_a_configuration_it_ends_with_exit_code_1_and_says_why_on_stderr(DaemonBuild build)
    {
        using var program = ProgramProcess.Start(build, "-c", Path.Combine(_directory, "none.toml"));

        (ExitCode code, _, string error) = await program.EndAsync();

        Assert.Equal(ExitCode.ConfigurationError, code);
        Assert.Contains("no configuration found", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DaemonBuild.Runtime)]
    [InlineData(DaemonBuild.Published)]
    public async Task A_command_line_that_is_not_understood_ends_it_with_exit_code_2(DaemonBuild build)
    {
        using var program = ProgramProcess.Start(build, "--no-such-option");

        (ExitCode code, _, string error) = await program.EndAsync();

        Assert.Equal(ExitCode.UsageError, code);
        Assert.Contains("--no-such-option", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DaemonBuild.Runtime)]
    [InlineData(DaemonBuild.Published)]
    public async Task The_configuration_in_effect_is_printed_in_full(DaemonBuild build)
    {
        string config = await WriteConfigAsync();
        using var program = ProgramProcess.Start(build, "--check-config", "-c", config);

        (ExitCode code, string output, _) = await program.EndAsync();

        Assert.Equal(ExitCode.Success, code);
        string text = await File.ReadAllTextAsync(config, Cancel);
        ConfigurationResult read = ConfigurationLoader.Parse(text, config, ConfigText.NoVariables, _directory);
        Assert.Equal(EffectiveConfiguration.ToToml(ConfigText.Valid(read)), output);
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
            Cancel);
        return config;
    }

    private static async Task<Socket> ConnectAsync(string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(address), Cancel);
        return socket;
    }

    // The first act of a handshake is answered, a connection that is not let in is closed.
    private static async Task<bool> IsServedAsync(Socket socket)
    {
        const int firstAct = 64;
        try
        {
            await socket.SendAsync(new byte[firstAct], Cancel);
            return await socket.ReceiveAsync(new byte[1], Cancel) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
