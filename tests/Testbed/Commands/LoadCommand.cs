using System.CommandLine;
using System.Text.Json;
using Testbed.Load;

namespace Testbed.Commands;

/// <summary><c>load</c>: measures a daemon from outside.</summary>
internal static class LoadCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create(TimeProvider time)
    {
        var miners = new Option<int>("--miners") { Description = "connections with an extended channel each", DefaultValueFactory = _ => 1000 };
        var shares = new Option<int>("--shares-per-second") { Description = "shares a second of all together", DefaultValueFactory = _ => 1000 };
        var tips = new Option<int>("--tips") { Description = "new tips, and as many fee updates", DefaultValueFactory = _ => 10 };
        var seconds = new Option<int>("--share-seconds") { Description = "how long shares are measured", DefaultValueFactory = _ => 10 };
        var transactions = new Option<int>("--transactions") { Description = "transactions of a template", DefaultValueFactory = _ => 2000 };
        var daemon = new Option<string[]>("--daemon") { Description = "program to measure instead of this repository's daemon; it is given -c FILE", AllowMultipleArgumentsPerToken = true };
        var json = new Option<bool>("--json") { Description = "the last line of output is a JSON object" };
        var command = new Command("load", "Measure fan-out, share latency, memory and CPU of a daemon in a process of its own.")
        {
            miners, shares, tips, seconds, transactions, daemon, json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            string[] program = result.GetValue(daemon) ?? [];
            var options = new LoadOptions
            {
                Miners = Math.Max(1, result.GetValue(miners)),
                SharesPerSecond = Math.Max(0, result.GetValue(shares)),
                Tips = Math.Max(0, result.GetValue(tips)),
                ShareTime = TimeSpan.FromSeconds(Math.Max(1, result.GetValue(seconds))),
                TransactionCount = Math.Max(0, result.GetValue(transactions)),
                DaemonCommand = program.Length == 0 ? null : [.. program],
            };
            await using var run = new LoadRun(options, time, Console.WriteLine);
            LoadReport report = await run.RunAsync(cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(report, result.GetValue(json) ? JsonSerializerOptions.Default : Indented));
            return report.Disconnects == 0 && report.SharesRefused == 0 ? 0 : 1;
        });
        return command;
    }
}
