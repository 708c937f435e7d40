using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using Testbed.Consensus;
using Testbed.Net;
using Testbed.Pools;

namespace Testbed.Tests;

/// <summary>The set-up and channels of the pool that the tests mine for.</summary>
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
}
