using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using JdClient.Core;
using Simulation.Engine;

namespace Simulation;

/// <summary>Runs seeds: <c>--seeds A..B [--events N] [--mode full-template|coinbase-only|solo-mining|all] [--parallel P]</c>.</summary>
internal static class Program
{
    private const string Usage =
        "usage: Simulation --seeds A..B [--events N] [--mode full-template|coinbase-only|solo-mining|all] [--parallel P]";

    private static int Main(string[] arguments)
    {
        if (!TryParse(arguments, out (ulong First, ulong Last, long Events, MiningMode[] Modes, int Parallel) options))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var watch = Stopwatch.StartNew();
        long events = 0;
        long blocks = 0;
        long shares = 0;
        var failures = new List<string>();
        IEnumerable<RunOptions> runs =
            from seed in Enumerable.Range(0, (int)(options.Last - options.First + 1))
            from mode in options.Modes
            select new RunOptions(mode, options.First + (ulong)seed, options.Events);
        Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel }, run =>
        {
            RunResult result = Simulator.Run(run);
            lock (failures)
            {
                events += result.Events;
                blocks += result.Counters.BlocksFound;
                shares += result.Counters.SharesSent;
                if (result.Failure is not { } failure)
                    return;
                failures.Add($"{run.Mode}:{run.Seed}");
                Console.WriteLine(failure);
            }
        });

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            seeds = options.Last - options.First + 1,
            runs = (long)(options.Last - options.First + 1) * options.Modes.Length,
            events,
            shares_sent = shares,
            blocks,
            failures = failures.Count,
            failed = failures,
            seconds = Math.Round(watch.Elapsed.TotalSeconds, 1),
            events_per_second = (long)(events / watch.Elapsed.TotalSeconds),
        }));
        return failures.Count == 0 ? 0 : 1;
    }

    private static bool TryParse(string[] arguments, out (ulong First, ulong Last, long Events, MiningMode[] Modes, int Parallel) options)
    {
        options = (1, 0, 20_000, Enum.GetValues<MiningMode>(), 1);
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            bool isValid = arguments[i] switch
            {
                "--seeds" => TrySeeds(value, out options.First, out options.Last),
                "--events" => long.TryParse(value, CultureInfo.InvariantCulture, out options.Events) && options.Events > 0,
                "--parallel" => int.TryParse(value, CultureInfo.InvariantCulture, out options.Parallel) && options.Parallel > 0,
                "--mode" => TryModes(value, out options.Modes),
                _ => false,
            };
            if (!isValid)
                return false;
        }

        return arguments.Length % 2 == 0 && options.Last >= options.First;
    }

    private static bool TrySeeds(string text, out ulong first, out ulong last)
    {
        int dots = text.IndexOf("..", StringComparison.Ordinal);
        string from = dots < 0 ? text : text[..dots];
        string to = dots < 0 ? text : text[(dots + 2)..];
        last = 0;
        return ulong.TryParse(from, CultureInfo.InvariantCulture, out first)
            && ulong.TryParse(to, CultureInfo.InvariantCulture, out last)
            && last - first < int.MaxValue;
    }

    private static bool TryModes(string text, out MiningMode[] modes)
    {
        modes = [.. Enum.GetValues<MiningMode>().Where(mode => text == "all" || text == RunOptions.NameOf(mode))];
        return modes.Length > 0;
    }
}
