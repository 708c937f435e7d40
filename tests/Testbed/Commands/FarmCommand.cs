using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using BitcoinCore.Ipc;
using Testbed.Farms;
using Testbed.Faults;
using Testbed.Soak;

namespace Testbed.Commands;

/// <summary><c>farm</c>: the whole of mining one's own templates, on this machine.</summary>
internal static class FarmCommand
{
    private const string RandomFaults = "random";
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RandomInterval = TimeSpan.FromSeconds(8);

    private static string FaultHelp =>
        $"""
        WHAT@SECOND[,WHAT@SECOND...], or "random" for one every {RandomInterval.TotalSeconds:0} s or so of the duration. Seconds count
        from the moment every miner has work and a share has reached the pool; WHAT:N is the N-th pool or provider. The run goes on until
        its goal is met after the last fault; blocks, templates and shares come quickly, and the daemon's times are short. Each
        heals by itself after the time given:
        {FaultCatalogue.Help}
        """;

    public static Command Create(TimeProvider time)
    {
        var mode = Opt.Of("--mode", "fulltemplate, coinbaseonly or solo", FarmMode.FullTemplate);
        var miners = Opt.Of("--miners", "mining devices", 8);
        var hashRate = Opt.Of("--hash-rate", "hashes a second of each device", new FarmOptions().HashRate);
        var channels = Opt.Of("--channels", "extended, standard or mixed", FarmChannels.Mixed);
        var untilBlocks = Opt.Of("--until-blocks", "blocks to find; 0 runs for the whole duration", 3);
        var duration = Opt.Of("--duration", "seconds after which the run ends at the latest", 60);
        var monitor = Opt.Of<int?>("--monitor", "port on which the daemon serves status and metrics; the farm then runs until Ctrl-C");
        var block = Opt.Of<FileInfo>("--block", "raw block whose transactions are mined");
        var daemon = Opt.Program("--daemon", "program to run as the daemon instead of this repository's; it is given -c FILE");
        var provider = Opt.Of("--provider", "sv2 or ipc: what gives templates", FarmProvider.Sv2);
        var ipcVersion = Opt.Of("--ipc-version", "30, 31 or 32: the Bitcoin Core whose socket is spoken", 32);
        var pools = Opt.Of("--pools", "pools, each with a job declarator of its own", 1);
        var providers = Opt.Of("--providers", "template providers; all after the first over Sv2", 1);
        var fault = Opt.Of<string>("--fault", FaultHelp);
        var seed = Opt.Of("--seed", "seeds transactions, miners and random faults", 1);
        var soak = Opt.Of<double?>("--soak",
            "minutes of random faults, the daemon in a process of its own: memory must be flat after the first sixth");
        var json = Opt.Of<bool>("--json", "the last line of output is a JSON object");
        var command = new Command("farm",
            "Run pool, job declarator, template provider and miners around the daemon until blocks are found.")
        {
            mode, miners, hashRate, channels, untilBlocks, duration, monitor, block, daemon, provider, ipcVersion, pools, providers, fault,
            seed, soak, json,
        };
        fault.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text and not RandomFaults && !FaultPlan.TryParse(text, out _, out string? error))
                result.AddError(error);
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            FileInfo? file = result.GetValue(block);
            string[] program = result.GetValue(daemon) ?? [];
            var options = new FarmOptions
            {
                Mode = result.GetValue(mode),
                Miners = Math.Max(1, result.GetValue(miners)),
                HashRate = Math.Max(1, result.GetValue(hashRate)),
                Channels = result.GetValue(channels),
                UntilBlocks = Math.Max(0, result.GetValue(untilBlocks)),
                Duration = TimeSpan.FromSeconds(Math.Max(1, result.GetValue(duration))),
                MonitorPort = result.GetValue(monitor),
                RealBlock = file is null ? (ReadOnlyMemory<byte>?)null : await File.ReadAllBytesAsync(file.FullName, cancellationToken),
                Ipc = result.GetValue(provider) == FarmProvider.Ipc ? (NodeGeneration)result.GetValue(ipcVersion) : null,
                DaemonCommand = program.Length == 0 ? null : [.. program],
                Pools = Math.Max(1, result.GetValue(pools)),
                Providers = Math.Max(1, result.GetValue(providers)),
                Seed = result.GetValue(seed),
            };
            bool soaks = result.GetValue(soak) is not null;
            if (result.GetValue(soak) is { } minutes)
            {
                options = options with
                {
                    Duration = TimeSpan.FromMinutes(minutes),
                    UntilBlocks = 0,
                    DaemonCommand = options.DaemonCommand ?? ImmutableArray<string>.Empty,
                };
            }


            // To be looked at: until Ctrl-C, unless an end was asked for.
            if (options.MonitorPort is not null && result.GetResult(untilBlocks) is null or { Implicit: true }
                && result.GetResult(duration) is null or { Implicit: true })
                options = options with { UntilBlocks = 0, Duration = TimeSpan.FromDays(365) };
            options = WithFaults(options, soaks ? RandomFaults : result.GetValue(fault));
            if (options.Faults.Unfit(options) is { } unfit)
            {
                await Console.Error.WriteLineAsync($"--fault: {unfit}");
                return 1;
            }

            return await RunAsync(options, soaks, result.GetValue(json), time, cancellationToken);
        });
        return command;
    }

    // A plan makes the run longer where it must; random faults fill the duration but for its end.
    private static FarmOptions WithFaults(FarmOptions options, string? text)
    {
        if (text == RandomFaults)
            return options.WithFaults(FaultPlan.Random(options.Seed, options, options.Duration - Recovery, RandomInterval));
        if (text is null || !FaultPlan.TryParse(text, out FaultPlan? plan, out _))
            return options;
        TimeSpan needed = plan.End + Recovery;
        return options.WithFaults(plan) with { Duration = options.Duration > needed ? options.Duration : needed };
    }

    private static async Task<int> RunAsync(
        FarmOptions options, bool soaks, bool json, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var farm = new Farm(options, time);
        await farm.StartAsync(cancellationToken);
        using var stopView = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using SoakMonitor? monitor = soaks ? new SoakMonitor(farm, time) : null;
        Task view = Task.WhenAll(FarmView.ShowAsync(farm, time, stopView.Token), monitor?.RunAsync(stopView.Token) ?? Task.CompletedTask);
        FarmReport report = await farm.RunAsync(cancellationToken);
        await stopView.CancelAsync();
        await view;
        if (monitor?.Report() is { } soak)
        {
            ImmutableArray<string> problems = [.. report.Problems, .. soak.Problems];
            report = report with { Soak = soak, Problems = problems, Ok = problems.IsEmpty };
        }

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
