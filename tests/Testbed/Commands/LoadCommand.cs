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
        var miners = Opt.Of("--miners", "connections with an extended channel each", 1000);
        var shares = Opt.Of("--shares-per-second", "shares a second of all together", 1000);
        var tips = Opt.Of("--tips", "new tips, and as many fee updates", 10);
        var seconds = Opt.Of("--share-seconds", "how long shares are measured", 10);
        var transactions = Opt.Of("--transactions", "transactions of a template", 2000);
        var storm = Opt.Of("--storm", "only this: the daemon is killed and this many miners come back at once", 0);
        var idle = Opt.Of("--idle", "only connect this many, and three tips: memory and fan-out", 0);
        var hostile = Opt.Of(
            "--hostile-share", "measure the shares again beside this part of the miners as hostile ones, such as 0.1", 0.0);
        var requests = Opt.Of(
            "--requests-per-second", "measure the shares with and without this many requests to the monitoring's routes in turn", 0);
        var eachRoute = Opt.Of<bool>("--each-route", "that many requests to each route alone, one after the other");
        var daemon = Opt.Program("--daemon", "program to measure instead of this repository's daemon; it is given -c FILE");
        var json = Opt.Of<bool>("--json", "the last line of output is a JSON object");
        var command = new Command("load", "Measure fan-out, share latency, memory and CPU of a daemon in a process of its own.")
        {
            miners, shares, tips, seconds, transactions, storm, idle, hostile, requests, eachRoute, daemon, json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            string[] program = result.GetValue(daemon) ?? [];
            (int many, int stormy) = (result.GetValue(idle), result.GetValue(storm));
            var options = new LoadOptions
            {
                Storm = stormy > 0,
                HostileShare = Math.Clamp(result.GetValue(hostile), 0, 1),
                Miners = Math.Max(1, stormy > 0 ? stormy : many > 0 ? many : result.GetValue(miners)),
                SharesPerSecond = many > 0 ? 0 : Math.Max(0, result.GetValue(shares)),
                Tips = many > 0 ? 3 : Math.Max(0, result.GetValue(tips)),
                RequestsPerSecond = Math.Max(0, result.GetValue(requests)),
                EachRoute = result.GetValue(eachRoute),
                ShareTime = TimeSpan.FromSeconds(Math.Max(1, result.GetValue(seconds))),
                TransactionCount = Math.Max(0, result.GetValue(transactions)),
                DaemonCommand = program.Length == 0 ? null : [.. program],
            };
            await using var run = new LoadRun(options, time, Console.WriteLine);
            JsonSerializerOptions form = result.GetValue(json) ? JsonSerializerOptions.Default : Indented;
            if (options.Storm)
            {
                StormReport stormReport = await run.RunStormAsync(cancellationToken);
                Console.WriteLine(JsonSerializer.Serialize(stormReport, form));
                return 0;
            }

            LoadReport report = await run.RunAsync(cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(report, form));
            return report.Disconnects == 0 && report.SharesRefused == 0 ? 0 : 1;
        });
        return command;
    }
}
