using System.Collections.Immutable;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Testbed.Consensus;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.Pools;

namespace Testbed.Tests;

public sealed class PoolTests
{
    private const uint WorkSelection = 0b110;

    [Theory]
    [InlineData(1, 2, WorkSelection, "unsupported-protocol")]
    [InlineData(0, 1, WorkSelection, "protocol-version-mismatch")]
    [InlineData(0, 2, 0b1110u, "unsupported-feature-flags")]
    [InlineData(0, 2, 0b111u, "unsupported-feature-flags")]
    public async Task A_wrong_set_up_is_refused(byte protocol, ushort version, uint flags, string code)
    {
        await using Roles roles = await Roles.StartAsync();
        ScriptedClient client = await roles.ConnectToPoolAsync();

        client.Send(new SetupConnection(protocol, version, version, flags, "h", 1, "", "", "", ""));

        Assert.Equal(code, (await client.ReceiveAsync<SetupConnectionError>(Roles.Cancel)).ErrorCode);
    }

    [Fact]
    public async Task A_channel_has_the_extranonce_the_options_say_and_a_target_for_its_hash_rate()
    {
        await using Roles roles = await Roles.StartAsync(pool: new PoolOptions { ExtranonceSize = 20, SharesPerMinute = 30 });

        (_, OpenExtendedMiningChannelSuccess channel) = await roles.OpenChannelAsync(1_000_000);

        Assert.Equal((4, 20), (channel.ExtranoncePrefix.Length, channel.ExtranonceSize));
        Assert.Equal(2_000_000, Work.HashesOfTarget(channel.Target), 1.0);
    }

    [Theory]
    [InlineData(-1f, 16, "invalid-nominal-hashrate")]
    [InlineData(float.NaN, 16, "invalid-nominal-hashrate")]
    [InlineData(1f, 17, "min-extranonce-size-too-large")]
    public async Task A_wrong_channel_request_is_refused(float hashRate, ushort extranonceSize, string code)
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, _) = await roles.OpenChannelAsync();

        client.Send(new OpenExtendedMiningChannel(9, "farm", hashRate, U256.MaxValue, extranonceSize));

        Assert.Equal(code, (await client.ReceiveAsync<OpenMiningChannelError>(Roles.Cancel)).ErrorCode);
    }

    [Fact]
    public async Task A_standard_channel_is_refused()
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, _) = await roles.OpenChannelAsync();

        client.Send(new OpenStandardMiningChannel(9, "farm", 1, U256.MaxValue));

        Assert.Equal(
            "standard-channels-not-supported-for-custom-work", (await client.ReceiveAsync<OpenMiningChannelError>(Roles.Cancel)).ErrorCode);
    }

    [Fact]
    public async Task A_changed_hash_rate_changes_the_target()
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, OpenExtendedMiningChannelSuccess channel) = await roles.OpenChannelAsync();

        client.Send(new UpdateChannel(channel.ChannelId, 5_000, U256.MaxValue));
        U256 target = (await client.ReceiveAsync<SetTarget>(Roles.Cancel)).MaximumTarget;
        client.Send(new UpdateChannel(77, 5_000, U256.MaxValue));
        client.Send(new UpdateChannel(channel.ChannelId, -5, U256.MaxValue));

        Assert.Equal(5_000, Work.HashesOfTarget(target), 1.0);
        Assert.Equal("invalid-channel-id", (await client.ReceiveAsync<UpdateChannelError>(Roles.Cancel)).ErrorCode);
        Assert.Equal("invalid-nominal-hashrate", (await client.ReceiveAsync<UpdateChannelError>(Roles.Cancel)).ErrorCode);
    }

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
        await using Declared declared = await Declared.CreateAsync(roles);
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
        await using Declared declared = await Declared.CreateAsync(roles);

        declared.Pool.Send(declared.Job.CustomJob(declared.Channel.ChannelId, 1, declared.Token));
        declared.Pool.Send(declared.Job.CustomJob(declared.Channel.ChannelId, 2, declared.Token));

        Assert.Equal(1u, (await declared.Pool.ReceiveAsync<SetCustomMiningJobSuccess>(Roles.Cancel)).RequestId);
        Assert.Equal("invalid-mining-job-token", (await declared.Pool.ReceiveAsync<SetCustomMiningJobError>(Roles.Cancel)).ErrorCode);
    }

    [Fact]
    public async Task A_pool_without_job_declaration_says_so()
    {
        await using Roles roles = await Roles.StartAsync(pool: new PoolOptions { JobDeclaration = false });
        await using Declared declared = await Declared.CreateAsync(roles);

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

    public static TheoryData<string, string> SpoiledShares => new()
    {
        { "channel", "invalid-channel-id" },
        { "job", "invalid-job-id" },
        { "extranonce", "bad-extranonce-size" },
        { "early", "invalid-share" },
        { "late", "invalid-share" },
        { "version", "invalid-non-rollable-version-bit" },
        { "work", "difficulty-too-low" },
        { "twice", "duplicate-share" },
        { "stale", "stale-share" },
    };

    [Theory]
    [MemberData(nameof(SpoiledShares))]
    public async Task A_spoiled_share_is_refused_with_its_code(string spoiled, string code)
    {
        // Every second hash is a share, and none is a block.
        await using Roles roles = await Roles.StartAsync(new ChainOptions { Bits = 0x1d00ffff });
        await using Declared declared = await Declared.CreateAsync(roles, hashRate: 2);
        SubmitSharesExtended good = await declared.ShareAsync();
        roles.Pool.SetTargets(U256.MaxValue);
        if (spoiled == "stale")
            roles.Chain.MineElsewhere();
        if (spoiled == "twice")
            declared.Pool.Send(good with { SequenceNumber = 1 });

        declared.Pool.Send(spoiled switch
        {
            "channel" => good with { ChannelId = 99 },
            "job" => good with { JobId = 99 },
            "extranonce" => good with { Extranonce = new byte[3] },
            "early" => good with { NTime = 1 },
            "late" => good with { NTime = uint.MaxValue },
            "version" => good with { Version = good.Version ^ 1 },
            "work" => good with { Nonce = declared.NonceAboveTarget() },
            _ => good,
        });

        SubmitSharesError error = await declared.Pool.ReceiveAsync<SubmitSharesError>(Roles.Cancel);
        Assert.Equal((good.SequenceNumber, code), (error.SequenceNumber, error.ErrorCode));
    }

    [Fact]
    public async Task Shares_are_acknowledged_in_batches_and_counted_by_worker()
    {
        await using Roles roles = await Roles.StartAsync(
            new ChainOptions { Bits = 0x1d00ffff }, pool: new PoolOptions { ShareBatchSize = 3, SupportedExtensions = [2] });
        await using Declared declared = await Declared.CreateAsync(roles);
        declared.Pool.Send(new RequestExtensions(1, [2, 5]));
        Assert.Equal([2], (await declared.Pool.ReceiveAsync<RequestExtensionsSuccess>(Roles.Cancel)).SupportedExtensions);
        SubmitSharesExtended share = await declared.ShareAsync();
        UserIdentityField.TryCreate("rig7", out Tlv worker);

        for (uint i = 1; i <= 3; i++)
            declared.Pool.Send(share with { SequenceNumber = i, Nonce = i, Tlvs = i == 2 ? [] : [worker] });
        SubmitSharesSuccess success = await declared.Pool.ReceiveAsync<SubmitSharesSuccess>(Roles.Cancel);

        Assert.Equal((3u, 3u), (success.LastSequenceNumber, success.NewSubmitsAcceptedCount));
        Assert.Equal(2, roles.Pool.Counters.SharesByWorker["rig7"]);
        Assert.Equal(3, roles.Pool.Counters.SharesAccepted);
    }

    [Fact]
    public async Task A_share_that_is_a_block_makes_the_pool_publish_it()
    {
        await using Roles roles = await Roles.StartAsync(pool: new PoolOptions { ShareBatchSize = 1 });
        await using Declared declared = await Declared.CreateAsync(roles);

        declared.Pool.Send(await declared.ShareAsync());
        await declared.Pool.ReceiveAsync<SubmitSharesSuccess>(Roles.Cancel);
        declared.Pool.Send(new UpdateChannel(77, 1, U256.MaxValue));
        await declared.Pool.ReceiveAsync<UpdateChannelError>(Roles.Cancel);

        Assert.Equal(101, roles.Chain.Tip.Height);
        Assert.Equal((1, 1), (roles.Pool.Counters.Blocks, roles.Pool.Counters.BlocksAccepted));
    }

    [Fact]
    public async Task A_changed_extranonce_prefix_applies_to_jobs_acknowledged_after_it()
    {
        await using Roles roles = await Roles.StartAsync(new ChainOptions { Bits = 0x1d00ffff },
            pool: new PoolOptions { ShareBatchSize = 1 });
        await using Declared declared = await Declared.CreateAsync(roles);
        SubmitSharesExtended share = await declared.ShareAsync();

        roles.Pool.ChangeExtranoncePrefixes();
        var changed = await declared.Pool.ReceiveAsync<SetExtranoncePrefix>(Roles.Cancel);
        declared.Pool.Send(share);

        Assert.False(changed.ExtranoncePrefix.Span.SequenceEqual(declared.Channel.ExtranoncePrefix.Span));
        await declared.Pool.ReceiveAsync<SubmitSharesSuccess>(Roles.Cancel);
    }

    [Fact]
    public async Task Required_extensions_that_are_not_asked_for_are_named()
    {
        await using Roles roles = await Roles.StartAsync(pool: new PoolOptions { SupportedExtensions = [2], RequiredExtensions = [2] });
        (ScriptedClient client, _) = await roles.OpenChannelAsync();

        client.Send(new RequestExtensions(4, [9]));
        var error = await client.ReceiveAsync<RequestExtensionsError>(Roles.Cancel);

        Assert.Equal([9], error.UnsupportedExtensions);
        Assert.Equal([2], error.RequiredExtensions);
    }

    /// <summary>A valid declaration with its token, and the pool channel to use it on.</summary>
    private sealed class Declared : IAsyncDisposable
    {
        private readonly ScriptedClient _declarator;

        private Declared(ScriptedClient declarator, ScriptedClient pool, OpenExtendedMiningChannelSuccess channel, JobMaker job,
            ReadOnlyMemory<byte> token) =>
            (_declarator, Pool, Channel, Job, Token) = (declarator, pool, channel, job, token);

        public ScriptedClient Pool { get; }

        public OpenExtendedMiningChannelSuccess Channel { get; }

        public JobMaker Job { get; }

        public ReadOnlyMemory<byte> Token { get; }

        private byte[] Extranonce => [.. Channel.ExtranoncePrefix.Span, .. new byte[Channel.ExtranonceSize]];

        public static async Task<Declared> CreateAsync(Roles roles, float hashRate = 0)
        {
            (_, JobMaker maker) = await roles.TemplateAsync();
            ScriptedClient declarator = await roles.SetUpDeclaratorAsync();
            JobMaker job = maker with { Rewards = roles.Backend.CoinbaseOutputs };
            ImmutableArray<RawTransaction> transactions = roles.Chain.Assemble(BlockRules.MaxWeight).Transactions;
            declarator.Send(job.Declare(1, await AllocateAsync(declarator), transactions));
            var success = await declarator.ReceiveAsync<DeclareMiningJobSuccess>(Roles.Cancel);
            (ScriptedClient pool, OpenExtendedMiningChannelSuccess channel) = await roles.OpenChannelAsync(hashRate);
            return new Declared(declarator, pool, channel, job, success.NewMiningJobToken);
        }

        public Task<ReadOnlyMemory<byte>> AllocateAsync() => AllocateAsync(_declarator);

        /// <summary>Has the job acknowledged and makes a share for it.</summary>
        public async Task<SubmitSharesExtended> ShareAsync()
        {
            Pool.Send(Job.CustomJob(Channel.ChannelId, 5, Token));
            uint jobId = (await Pool.ReceiveAsync<SetCustomMiningJobSuccess>(Roles.Cancel)).JobId;
            Consensus.BlockHeader header = Job.Grind(Extranonce);
            return new SubmitSharesExtended(
                Channel.ChannelId, 2, jobId, header.Nonce, header.Time, header.Version,
                    Extranonce.AsMemory(Channel.ExtranoncePrefix.Length));
        }

        public uint NonceAboveTarget() => Job.Grind(Extranonce, meet: false).Nonce;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static async Task<ReadOnlyMemory<byte>> AllocateAsync(ScriptedClient declarator)
        {
            declarator.Send(new AllocateMiningJobToken("farm", 1));
            return (await declarator.ReceiveAsync<AllocateMiningJobTokenSuccess>(Roles.Cancel)).MiningJobToken;
        }
    }
}
