using System.Globalization;
using Spectre.Console;
using Testbed.Pools;

namespace Testbed.Farms;

/// <summary>Shows a running farm: a live table on a terminal, a line a second elsewhere.</summary>
internal static class FarmView
{
    private static readonly TimeSpan TableInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);

    public static async Task ShowAsync(Farm farm, TimeProvider time, CancellationToken stop)
    {
        try
        {
            if (AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected)
                await AnsiConsole.Live(Table(farm)).StartAsync(context => RefreshAsync(farm, context, time, stop));
            else
                await LinesAsync(farm, time, stop);
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    public static string Line(Farm farm)
    {
        FarmReport report = farm.Report();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{report.ElapsedMs / 1000.0,5:0.0} s  {Jobs(report)}; shares {Shares(report)}; blocks {Blocks(farm, report)}{Faults(farm)}");
    }

    private static string Faults(Farm farm) => farm.FaultText is { } text ? $"; {text}" : "";

    private static string Jobs(FarmReport report) =>
        $"{report.Templates} templates, {report.JobsDeclared} declared, {report.JobsAcknowledged} acknowledged";

    private static string Shares(FarmReport report) =>
        $"{report.SharesSubmitted} sent, {report.SharesAcceptedByJdc} accepted by the daemon, "
        + $"{report.SharesAcceptedByPool} by the pool, {report.SharesRejected} rejected";

    private static string Blocks(Farm farm, FarmReport report) =>
        $"{report.BlocksFound} found, {report.BlocksAcceptedByProvider} accepted by the provider, "
        + $"{farm.ProviderCounters.BlocksStale} too late";

    private static async Task RefreshAsync(Farm farm, LiveDisplayContext context, TimeProvider time, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TableInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                context.UpdateTarget(Table(farm));
        }
        catch (OperationCanceledException)
        {
            context.UpdateTarget(Table(farm));
        }
    }

    private static async Task LinesAsync(Farm farm, TimeProvider time, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(LineInterval, time);
        while (await timer.WaitForNextTickAsync(stop))
            Console.WriteLine(Line(farm));
    }

    private static Table Table(Farm farm)
    {
        FarmReport report = farm.Report();
        PoolCounters pool = farm.Pool.Counters;
        var provider = farm.ProviderCounters;
        var declarator = farm.Declarator.Counters;
        int channels = farm.Miners.Sum(miner => miner.Counters.ChannelsOpen);
        int working = farm.Miners.Count(miner => miner.Counters.HasWork);
        Table table = new Table().Border(TableBorder.Rounded).Title($"farm · {report.Mode} · {report.ElapsedMs / 1000.0:0.0} s");
        table.AddColumns("role", "what it has seen");
        string tips = $"{provider.PrevHashes} tips, height {farm.Chain.Tip.Height}";
        table.AddRow("template provider", $"{provider.Templates} templates, {tips}, {provider.TransactionDataServed} transaction lists");
        string declared = $"{declarator.Declarations} declared, {declarator.DeclarationsAccepted} accepted";
        string missing = $"{declarator.TransactionsProvided} missing transactions";
        table.AddRow("job declarator", $"{declarator.TokensAllocated} tokens, {declared}, {missing}, {declarator.Solutions} solutions");
        string channel = $"{pool.ChannelsOpened} channels, {pool.NominalHashRate:0} H/s";
        table.AddRow("pool", $"{channel}, {pool.CustomJobsAccepted} custom jobs, {pool.SharesByWorker.Count} workers named");
        string miners = $"{farm.Miners.Count} connections, {channels} channels, {working} at work";
        table.AddRow("miners", $"{miners}, {report.MinerDisconnects} disconnects");
        table.AddRow("shares", Shares(report));
        string assembled = $"put together by the job declarator {declarator.BlocksAccepted}, by the pool {pool.BlocksAccepted}";
        table.AddRow("blocks", $"{Blocks(farm, report)}; {assembled}");
        if (farm.FaultText is { } faults)
            table.AddRow("faults", faults);
        return table;
    }
}
