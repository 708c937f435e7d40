using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Testbed.Net;

namespace Testbed.Daemons;

/// <summary>
/// A job declarator client in a process of its own: this repository's, or any other that takes the reference's
/// configuration file by <c>-c</c>.
/// </summary>
public sealed class ProcessDaemon : IDaemon
{
    private const string FileName = "jdc-config.toml";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(8);

    private readonly IReadOnlyList<string> _command;
    private readonly string _directory;
    private readonly LogTail _log;
    private Process _process;

    private ProcessDaemon(IReadOnlyList<string> command, Process process, string directory, LogTail log, int port, int? monitorPort) =>
        (_command, _process, _directory, _log, Port, MonitorPort) = (command, process, directory, log, port, monitorPort);

    /// <inheritdoc/>
    public event Action<string>? Logged
    {
        add => _log.Added += value;
        remove => _log.Added -= value;
    }

    /// <inheritdoc/>
    public int Port { get; }

    /// <summary>Where it serves status and metrics; null where it was not told to.</summary>
    public int? MonitorPort { get; }

    /// <inheritdoc/>
    public int ProcessId => _process.Id;

    /// <inheritdoc/>
    public IReadOnlyList<string> LogTail => _log.Lines;

    /// <summary>The file that it was started with.</summary>
    public string ConfigurationFile => Path.Combine(_directory, FileName);

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts it; returns when its port is open.</summary>
    /// <param name="command">The program and its first arguments; null for this repository's daemon.</param>
    /// <param name="configuration">The port is chosen here, and the monitoring's where it is 0.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not open its port in time.</exception>
    public static async Task<ProcessDaemon> StartAsync(
        IReadOnlyList<string>? command, DaemonConfiguration configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        string directory = Directory.CreateTempSubdirectory("testbed-").FullName;
        int port = LoopbackPort.Choose();
        int? monitorPort = configuration.MonitorPort == 0 ? LoopbackPort.Choose() : configuration.MonitorPort;
        string file = Path.Combine(directory, FileName);
        await File.WriteAllTextAsync(
            file, (configuration with
            {
                ListenPort = port,
                MonitorPort = monitorPort,
                DataDirectory = configuration.DataDirectory ?? Path.Combine(directory, "data"),
            }).ToToml(), cancellationToken);
        var log = new LogTail(time);
        string[] whole = [.. command ?? ["dotnet", Path.Combine(AppContext.BaseDirectory, "JdClient.dll")], "-c", file];
        var daemon = new ProcessDaemon(whole, Launch(whole, directory, log), directory, log, port, monitorPort);
        try
        {
            await daemon.WaitForPortAsync(time, cancellationToken);
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }

        return daemon;
    }

    /// <summary>Kills it (SIGKILL) and starts it again on the same port and directory; returns when its port is open.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not open its port in time.</exception>
    public async Task KillAndRestartAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
        _process.Dispose();
        _process = Launch(_command, _directory, _log);
        await WaitForPortAsync(time, cancellationToken);
    }

    /// <summary>Has it read its configuration anew, with SIGHUP.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        using Process hangUp = Signal("-HUP");
        await hangUp.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends it as a power cut would, with SIGKILL; returns at once.</summary>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using Process terminate = Signal("-TERM");
            using var deadline = new CancellationTokenSource(StopTimeout, TimeProvider.System);
            try
            {
                await _process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
        _log.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private Process Signal(string signal) =>
        Process.Start("kill", [signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);

    private static Process Launch(IReadOnlyList<string> command, string directory, LogTail log)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        process.OutputDataReceived += (_, line) => log.Add(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => log.Add(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task WaitForPortAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        while (time.GetElapsedTime(begin) < StartTimeout && !_process.HasExited)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
            }
        }

        string how = _process.HasExited ? $"ended with {_process.ExitCode}" : "did not open its port";
        throw new InvalidOperationException($"the daemon {how}:{Environment.NewLine}{string.Join(Environment.NewLine, LogTail)}");
    }
}
