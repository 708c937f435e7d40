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
            $"{report.ElapsedMs / 1000.0,5:0.0} s  {report.Templates} templates, {report.JobsDeclared} declared, {report.JobsAcknowledged} acknowledged; "
            + $"shares {report.SharesSubmitted} sent, {report.SharesAcceptedByJdc} accepted, {report.SharesAcceptedByPool} at the pool, {report.SharesRejected} rejected; "
            + $"blocks {report.BlocksFound} found, {report.BlocksAcceptedByProvider} accepted, {farm.Provider.Counters.BlocksStale} too late");
    }

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
        var provider = farm.Provider.Counters;
        var declarator = farm.Declarator.Counters;
        int channels = farm.Miners.Sum(miner => miner.Counters.ChannelsOpen);
        int working = farm.Miners.Count(miner => miner.Counters.HasWork);
        Table table = new Table().Border(TableBorder.Rounded).Title($"farm · {report.Mode} · {report.ElapsedMs / 1000.0:0.0} s");
        table.AddColumns("role", "what it has seen");
        table.AddRow("template provider", $"{provider.Templates} templates, {provider.PrevHashes} tips, {provider.TransactionDataServed} transaction lists, height {farm.Chain.Tip.Height}");
        table.AddRow("job declarator", $"{declarator.TokensAllocated} tokens, {declarator.Declarations} declared, {declarator.DeclarationsAccepted} accepted, {declarator.TransactionsProvided} missing transactions, {declarator.Solutions} solutions");
        table.AddRow("pool", $"{pool.ChannelsOpened} channels, {pool.NominalHashRate:0} H/s, {pool.CustomJobsAccepted} custom jobs, {pool.SharesByWorker.Count} workers named");
        table.AddRow("miners", $"{farm.Miners.Count} connections, {channels} channels, {working} at work, {report.MinerDisconnects} disconnects");
        table.AddRow("shares", $"{report.SharesSubmitted} sent → {report.SharesAcceptedByJdc} accepted by the daemon → {report.SharesAcceptedByPool} by the pool; {report.SharesRejected} rejected");
        table.AddRow("blocks", $"{report.BlocksFound} found, {report.BlocksAcceptedByProvider} accepted by the provider, {provider.BlocksStale} too late, {declarator.BlocksAccepted} put together by the job declarator, {pool.BlocksAccepted} by the pool");
        return table;
    }
}
