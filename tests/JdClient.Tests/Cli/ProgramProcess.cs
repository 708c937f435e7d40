using System.Diagnostics;
using System.Runtime.InteropServices;
using JdClient.Cli;
using TestSupport;

namespace JdClient.Tests.Cli;

/// <summary>The program as a process of its own, without the environment's configuration keys. Ends with its owner.</summary>
internal sealed partial class ProgramProcess : IDisposable
{
    internal const int HangUp = 1;
    internal const int Interrupt = 2;
    internal const int Terminate = 15;

    private readonly Process _process;

    private ProgramProcess(Process process) => _process = process;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts it; skips the test where there is no such build.</summary>
    internal static ProgramProcess Start(DaemonBuild build, params string[] args)
    {
        Assert.SkipUnless(DaemonProgram.IsThere(build), DaemonProgram.MissingReason);
        return Start([.. DaemonProgram.Command(build), .. args]);
    }

    /// <summary>Starts it with a limit of open files.</summary>
    internal static ProgramProcess StartWithFiles(int limit, DaemonBuild build, params string[] args)
    {
        Assert.SkipUnless(DaemonProgram.IsThere(build), DaemonProgram.MissingReason);
        return Start(["sh", "-c", $"ulimit -n {limit}; exec \"$0\" \"$@\"", .. DaemonProgram.Command(build), .. args]);
    }

    /// <summary>The first line with this text; fails when it ends without it.</summary>
    internal async Task<string> ReadUntilAsync(string text)
    {
        while (await _process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        Assert.Fail($"it ended without \"{text}\": {await _process.StandardError.ReadToEndAsync(Cancel)}");
        return "";
    }

    internal void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    /// <summary>What it writes until it ends, and its exit code.</summary>
    internal async Task<(ExitCode Code, string Output, string Error)> EndAsync()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync(Cancel);
        string error = await _process.StandardError.ReadToEndAsync(Cancel);
        await _process.WaitForExitAsync(Cancel);
        return ((ExitCode)_process.ExitCode, await output, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static ProgramProcess Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] names = [.. start.Environment.Keys.Where(name => name.StartsWith("JDC__", StringComparison.OrdinalIgnoreCase))];
        foreach (string name in names)
            start.Environment.Remove(name);
        return new ProgramProcess(Process.Start(start)!);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
