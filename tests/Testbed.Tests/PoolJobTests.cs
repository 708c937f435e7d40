using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.Pools;
using Testbed.Tests.Support;

namespace Testbed.Tests;

/// <summary>Which custom jobs the pool takes.</summary>
public sealed class PoolJobTests
{
    public static TheoryData<string, string?> CustomJobs => new()
    {
        { "good", null },
        { "channel", "invalid-channel-id" },
        { "token", "invalid-mining-job-token" },
        { "undeclared token", "job-not-yet-validated" },
        { "prev-hash", "stale-chain-tip" },
        { "nbits", "invalid-nbits" },
        { "version", "invalid-version" },
        { "tx version", "invalid-coinbase-tx-version" },
        { "prefix", "invalid-coinbase-prefix" },
        { "sequence", "invalid-coinbase-tx-input-n-sequence" },
        { "outputs", "invalid-coinbase-tx-outputs" },
        { "lock time", "invalid-coinbase-tx-locktime" },
        { "path", "invalid-merkle-path" },
        { "time", "invalid-min-ntime" },
    };

    [Theory]
    [MemberData(nameof(CustomJobs))]
    public async Task A_custom_job_is_held_against_its_declaration(string spoiled, string? code)
    {
        await using Roles roles = await Roles.StartAsync();
        DeclaredWork declared = await DeclaredWork.CreateAsync(roles);
        SetCustomMiningJob good = declared.Job.CustomJob(declared.Channel.ChannelId, 5, declared.Token);

        declared.Pool.Send(spoiled switch
        {
            "good" => good,
            "channel" => good with { ChannelId = 99 },
            "token" => good with { MiningJobToken = new byte[3] },
            "undeclared token" => good with { MiningJobToken = await declared.AllocateAsync() },
            "prev-hash" => good with { PrevHash = U256.Zero },
            "nbits" => good with { NBits = 0x207ffffe },
            "version" => good with { Version = 0x20000020 },
            "tx version" => good with { CoinbaseTxVersion = 1 },
            "prefix" => good with { CoinbasePrefix = good.CoinbasePrefix[..^2] },
            "sequence" => good with { CoinbaseTxInputNSequence = 5 },
            "outputs" => (declared.Job with { Value = 5 }).CustomJob(declared.Channel.ChannelId, 5, declared.Token),
            "lock time" => good with { CoinbaseTxLocktime = 1 },
            "path" => good with { MerklePath = good.MerklePath.RemoveAt(0) },
            _ => good with { MinNTime = 5 },
        });

        if (code is null)
            Assert.Equal(5u, (await declared.Pool.ReceiveAsync<SetCustomMiningJobSuccess>(Roles.Cancel)).RequestId);
        else
            Assert.Equal(code, (await declared.Pool.ReceiveAsync<SetCustomMiningJobError>(Roles.Cancel)).ErrorCode);
    }

    [Fact]
    public async Task A_token_is_good_for_one_custom_job()
    {
        await using Roles roles = await Roles.StartAsync();
        DeclaredWork declared = await DeclaredWork.CreateAsync(roles);

        declared.Pool.Send(declared.Job.CustomJob(declared.Channel.ChannelId, 1, declared.Token));
        declared.Pool.Send(declared.Job.CustomJob(declared.Channel.ChannelId, 2, declared.Token));

        Assert.Equal(1u, (await declared.Pool.ReceiveAsync<SetCustomMiningJobSuccess>(Roles.Cancel)).RequestId);
        Assert.Equal("invalid-mining-job-token", (await declared.Pool.ReceiveAsync<SetCustomMiningJobError>(Roles.Cancel)).ErrorCode);
    }

    [Fact]
    public async Task A_pool_without_job_declaration_says_so()
    {
        await using Roles roles = await Roles.StartAsync(pool: new PoolOptions { JobDeclaration = false });
        DeclaredWork declared = await DeclaredWork.CreateAsync(roles);

        declared.Pool.Send(declared.Job.CustomJob(declared.Channel.ChannelId, 1, declared.Token));

        Assert.Equal("jd-not-supported", (await declared.Pool.ReceiveAsync<SetCustomMiningJobError>(Roles.Cancel)).ErrorCode);
    }

    [Theory]
    [InlineData("good", null)]
    [InlineData("unpaid", "invalid-coinbase-tx-outputs")]
    [InlineData("height", "invalid-coinbase-prefix")]
    [InlineData("stale", "stale-chain-tip")]
    public async Task A_coinbase_only_job_is_held_against_what_the_coinbase_shows(string spoiled, string? code)
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient pool, OpenExtendedMiningChannelSuccess channel) = await roles.OpenChannelAsync();
        (_, JobMaker maker) = await roles.TemplateAsync();
        ScriptedClient declarator = await roles.SetUpDeclaratorAsync(flags: 0);
        declarator.Send(new AllocateMiningJobToken("farm", 1));
        ReadOnlyMemory<byte> token = (await declarator.ReceiveAsync<AllocateMiningJobTokenSuccess>(Roles.Cancel)).MiningJobToken;
        JobMaker job = maker with { Rewards = roles.Backend.CoinbaseOutputs };
        if (spoiled == "stale")
            roles.Chain.MineElsewhere();

        pool.Send(spoiled switch
        {
            "unpaid" => maker.CustomJob(channel.ChannelId, 1, token),
            "height" => job.CustomJob(channel.ChannelId, 1, token) with { CoinbasePrefix = new byte[] { 1, 2, 3 } },
            _ => job.CustomJob(channel.ChannelId, 1, token),
        });

        if (code is null)
            await pool.ReceiveAsync<SetCustomMiningJobSuccess>(Roles.Cancel);
        else
            Assert.Equal(code, (await pool.ReceiveAsync<SetCustomMiningJobError>(Roles.Cancel)).ErrorCode);
    }

    [Fact]
    public async Task A_changed_extranonce_prefix_applies_to_jobs_acknowledged_after_it()
    {
        await using Roles roles = await Roles.StartAsync(new ChainOptions { Bits = 0x1d00ffff },
            pool: new PoolOptions { ShareBatchSize = 1 });
        DeclaredWork declared = await DeclaredWork.CreateAsync(roles);
        SubmitSharesExtended share = await declared.ShareAsync();

        roles.Pool.ChangeExtranoncePrefixes();
        var changed = await declared.Pool.ReceiveAsync<SetExtranoncePrefix>(Roles.Cancel);
        declared.Pool.Send(share);

        Assert.False(changed.ExtranoncePrefix.Span.SequenceEqual(declared.Channel.ExtranoncePrefix.Span));
        await declared.Pool.ReceiveAsync<SubmitSharesSuccess>(Roles.Cancel);
    }
}
