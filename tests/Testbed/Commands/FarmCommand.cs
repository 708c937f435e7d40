using System.CommandLine;
using System.Text.Json;
using Testbed.Farms;

namespace Testbed.Commands;

/// <summary><c>farm</c>: the whole of mining one's own templates, on this machine.</summary>
internal static class FarmCommand
{
    public static Command Create(TimeProvider time)
    {
        var mode = new Option<FarmMode>("--mode") { Description = "fulltemplate, coinbaseonly or solo", DefaultValueFactory = _ => FarmMode.FullTemplate };
        var miners = new Option<int>("--miners") { Description = "mining devices", DefaultValueFactory = _ => 8 };
        var channels = new Option<FarmChannels>("--channels") { Description = "extended, standard or mixed", DefaultValueFactory = _ => FarmChannels.Mixed };
        var untilBlocks = new Option<int>("--until-blocks") { Description = "blocks to find; 0 runs for the whole duration", DefaultValueFactory = _ => 3 };
        var duration = new Option<int>("--duration") { Description = "seconds after which the run ends at the latest", DefaultValueFactory = _ => 60 };
        var monitor = new Option<int?>("--monitor") { Description = "port on which the daemon serves status and metrics" };
        var block = new Option<FileInfo?>("--block") { Description = "raw block whose transactions are mined" };
        var daemon = new Option<string[]>("--daemon") { Description = "program to run as the daemon instead of this repository's; it is given -c FILE", AllowMultipleArgumentsPerToken = true };
        var json = new Option<bool>("--json") { Description = "the last line of output is a JSON object" };
        var command = new Command("farm", "Run pool, job declarator, template provider and miners around the daemon until blocks are found.")
        {
            mode, miners, channels, untilBlocks, duration, monitor, block, daemon, json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            FileInfo? file = result.GetValue(block);
            string[] program = result.GetValue(daemon) ?? [];
            var options = new FarmOptions
            {
                Mode = result.GetValue(mode),
                Miners = Math.Max(1, result.GetValue(miners)),
                Channels = result.GetValue(channels),
                UntilBlocks = Math.Max(0, result.GetValue(untilBlocks)),
                Duration = TimeSpan.FromSeconds(Math.Max(1, result.GetValue(duration))),
                MonitorPort = result.GetValue(monitor),
                RealBlock = file is null ? (ReadOnlyMemory<byte>?)null : await File.ReadAllBytesAsync(file.FullName, cancellationToken),
                DaemonCommand = program.Length == 0 ? null : [.. program],
            };
            return await RunAsync(options, result.GetValue(json), time, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(FarmOptions options, bool json, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var farm = new Farm(options, time);
        await farm.StartAsync(cancellationToken);
        using var stopView = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task view = FarmView.ShowAsync(farm, time, stopView.Token);
        FarmReport report = await farm.RunAsync(cancellationToken);
        await stopView.CancelAsync();
        await view;
        Console.WriteLine(FarmView.Line(farm));
        foreach (string problem in report.Problems)
            await Console.Error.WriteLineAsync($"not ok: {problem}");
        if (!report.Ok)
        {
            foreach (string line in farm.Daemon.LogTail.TakeLast(60))
                await Console.Error.WriteLineAsync(line);
        }

        Console.WriteLine(json ? JsonSerializer.Serialize(report) : report.Ok ? "ok" : "not ok");
        return report.Ok ? 0 : 1;
    }
}
