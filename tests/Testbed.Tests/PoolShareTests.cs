using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using Testbed.Nodes;
using Testbed.Pools;
using Testbed.Tests.Support;

namespace Testbed.Tests;

/// <summary>Which shares the pool takes, and what it does with them.</summary>
public sealed class PoolShareTests
{
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
        DeclaredWork declared = await DeclaredWork.CreateAsync(roles, hashRate: 2);
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
        DeclaredWork declared = await DeclaredWork.CreateAsync(roles);
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
        DeclaredWork declared = await DeclaredWork.CreateAsync(roles);

        declared.Pool.Send(await declared.ShareAsync());
        await declared.Pool.ReceiveAsync<SubmitSharesSuccess>(Roles.Cancel);
        declared.Pool.Send(new UpdateChannel(77, 1, U256.MaxValue));
        await declared.Pool.ReceiveAsync<UpdateChannelError>(Roles.Cancel);

        Assert.Equal(101, roles.Chain.Tip.Height);
        Assert.Equal((1, 1), (roles.Pool.Counters.Blocks, roles.Pool.Counters.BlocksAccepted));
    }
}
