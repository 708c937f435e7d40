using System.CommandLine;
using System.Text.Json;
using BitcoinCore.Ipc;
using Testbed.Latency;

namespace Testbed.Commands;

/// <summary><c>latency</c>: from a Bitcoin Core node's new tip to the work at a miner.</summary>
internal static class LatencyCommand
{
    public static Command Create(TimeProvider time)
    {
        var tips = Opt.Of("--tips", "new tips", 100);
        var version = Opt.Of("--ipc-version", "30, 31 or 32: what the testbed's node speaks", 32);
        var transactions = Opt.Of("--transactions", "transactions of the testbed node's templates", 2000);
        var socket = Opt.Of<string>("--node-socket", "socket of a real regtest node instead of the testbed's");
        var cli = Opt.Of<string>("--node-cli", "command line of bitcoin-cli for that node");
        var log = Opt.Of<string>("--node-log", "that node's debug.log; it must run with -logtimemicros");
        var daemon = Opt.Program("--daemon", "program to measure instead of this repository's daemon; it is given -c FILE");
        var json = Opt.Of<bool>("--json", "the output is a JSON object");
        var command = new Command("latency", "Measure from a Bitcoin Core node's new tip to the work at a miner, over IPC in solo mode.")
        {
            tips, version, transactions, socket, cli, log, daemon, json,
        };
        command.Validators.Add(result =>
        {
            int given = new[] { socket, cli, log }.Count(option => result.GetValue(option) is not null);
            if (given is not (0 or 3))
                result.AddError("--node-socket, --node-cli and --node-log belong together");
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            string[] program = result.GetValue(daemon) ?? [];
            var options = new LatencyOptions
            {
                Tips = Math.Max(1, result.GetValue(tips)),
                Generation = (NodeGeneration)result.GetValue(version),
                TransactionCount = result.GetValue(transactions),
                Node = result.GetValue(socket) is { } path
                    ? new RealNode(path, result.GetValue(cli)!, result.GetValue(log)!) : null,
                DaemonCommand = program.Length == 0 ? null : [.. program],
            };
            await using var run = new LatencyRun(options, time);
            LatencyReport report = await run.RunAsync(cancellationToken);
            Console.WriteLine(result.GetValue(json) ? JsonSerializer.Serialize(report) : $"{report.Node}: {report.TipToWorkMs}");
            return 0;
        });
        return command;
    }
}
