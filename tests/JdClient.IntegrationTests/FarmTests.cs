using Testbed.Farms;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>The main job end to end: every role a real peer over loopback sockets, the daemon in this process.</summary>
public sealed class FarmTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FarmMode.FullTemplate)]
    [InlineData(FarmMode.CoinbaseOnly)]
    [InlineData(FarmMode.Solo)]
    public async Task Eight_mixed_miners_find_three_blocks_and_nothing_is_lost(FarmMode mode)
    {
        await using var farm = new Farm(new FarmOptions { Mode = mode, BlockInterval = TimeSpan.FromSeconds(1) }, TimeProvider.System);
        await farm.StartAsync(Cancel);

        FarmReport report = await farm.RunAsync(Cancel);

        Assert.True(report.Ok, Explain(farm, report));
        Assert.True(report.BlocksAcceptedByProvider >= 3);
        Assert.Equal((0, 0, 0), (report.SharesRejected, report.MinerDisconnects, report.SharesLost));
        if (mode == FarmMode.FullTemplate)
            Assert.True(farm.Declarator.Counters.TransactionsProvided > 0, "the job declarator never had to ask for transactions");
    }

    [Fact]
    public async Task The_pool_names_every_worker_that_said_its_name()
    {
        await using var farm = new Farm(
            new FarmOptions { Channels = FarmChannels.Extended, Miners = 2, UntilBlocks = 0 }, TimeProvider.System);
        await farm.StartAsync(Cancel);

        await farm.WaitUntilAsync(
            () => farm.Pool.Counters.SharesByWorker.Count >= 2, "both workers' names reached the pool", Cancel);

        Assert.Subset(new HashSet<string> { "farm.rig1", "farm.rig2" }, farm.Pool.Counters.SharesByWorker.Keys.ToHashSet());
    }

    [Fact]
    public async Task A_block_of_a_real_blocks_transactions_is_put_together_by_provider_and_job_declarator()
    {
        string? path = TestSupport.Vectors.TryPath("blocks",
            "mainnet_000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae.raw");
        if (path is null)
            Assert.Skip(TestSupport.Vectors.MissingReason);
        var options = new FarmOptions
        {
            RealBlock = await File.ReadAllBytesAsync(path, Cancel),
            UntilBlocks = 1,
            Miners = 4,
            BlockInterval = TimeSpan.FromSeconds(3),
        };
        await using var farm = new Farm(options, TimeProvider.System);
        await farm.StartAsync(Cancel);

        FarmReport report = await farm.RunAsync(Cancel);

        Assert.True(report.Ok, Explain(farm, report));
        Assert.True(farm.Declarator.Counters.BlocksAccepted >= 1);
        Assert.True(farm.Declarator.Counters.TransactionsProvided > 50);
    }

    [Fact]
    public async Task Miners_stay_when_the_pool_dies_find_a_solo_block_and_mine_for_the_pool_when_it_is_back()
    {
        var options = new FarmOptions
        {
            UntilBlocks = 0,
            BlockInterval = TimeSpan.FromSeconds(1),
            ExtraTables = "[fallback]\nunreachable_base_secs = 1\nunreachable_max_secs = 2\nrefuses_base_secs = 1\nstability_secs = 1",
        };
        await using var farm = new Farm(options, TimeProvider.System);
        await farm.StartAsync(Cancel);
        await farm.WaitUntilAsync(() => farm.Pool.Counters.SharesAccepted > 0, "a share at the pool", Cancel);

        await farm.Pool.StopAsync();
        await farm.Declarator.StopAsync();
        int blocks = farm.AcceptedBlocks;
        int pushed = farm.Declarator.Counters.Solutions;
        await farm.WaitUntilAsync(() => farm.AcceptedBlocks >= blocks + 2, "solo blocks", Cancel);
        Assert.Equal(pushed, farm.Declarator.Counters.Solutions);

        await farm.Pool.StartAsync(Cancel);
        await farm.Declarator.StartAsync(Cancel);
        int shares = farm.Pool.Counters.SharesAccepted;
        await farm.WaitUntilAsync(() => farm.Pool.Counters.SharesAccepted > shares, "a share at the pool that came back", Cancel);

        FarmReport report = farm.Report();
        Assert.Equal(0, report.MinerDisconnects);
        Assert.All(farm.Miners, miner => Assert.Empty(miner.Counters.Violations));
        Assert.Empty(farm.Provider.Counters.Refusals);
        Assert.Empty(farm.Pool.Counters.SharesRefused);
    }

    [Fact]
    public async Task A_changed_extranonce_prefix_and_target_of_the_pool_cost_no_share()
    {
        await using var farm = new Farm(new FarmOptions { UntilBlocks = 0 }, TimeProvider.System);
        await farm.StartAsync(Cancel);
        await farm.WaitUntilAsync(() => farm.Pool.Counters.SharesAccepted > 2, "shares at the pool", Cancel);

        farm.Pool.ChangeExtranoncePrefixes();
        int shares = farm.Pool.Counters.SharesAccepted;
        int jobs = farm.Pool.Counters.CustomJobsAccepted;
        await farm.WaitUntilAsync(
            () => farm.Pool.Counters.CustomJobsAccepted > jobs + 1 && farm.Pool.Counters.SharesAccepted > shares + 5,
                "shares with the new prefix", Cancel);

        Assert.Empty(farm.Pool.Counters.SharesRefused);
        Assert.Equal(0, farm.Report().MinerDisconnects);
    }

    private static string Explain(Farm farm, FarmReport report) =>
        string.Join(Environment.NewLine, [report.ToString(), .. report.Problems, .. farm.Daemon.LogTail.TakeLast(80)]);
}
