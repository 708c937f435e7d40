using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Upstream;

/// <summary>Extensions agreed on with a pool; the worker of each share.</summary>
public sealed class UpstreamExtensionTests
{
    private static readonly Func<CoreOptions, CoreOptions> WithWorkers = static options => options with { SupportedExtensions = [2] };

    [Fact]
    public void Workers_are_told_to_a_pool_that_wants_it()
    {
        var harness = new CoreHarness(configure: WithWorkers);
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner();
        miner.Send(new RequestExtensions(0, [2]));
        miner.OpenExtended(user: "rack.\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9");
        FakePool pool = harness.Pool();
        harness.On(new CoreEvent.LinkConnected(pool.Link));
        pool.Send(new SetupConnectionSuccess(2, 0));
        Assert.Equal([2], Assert.Single(pool.Got<RequestExtensions>()).RequestedExtensions);
        pool.Send(new RequestExtensionsSuccess(0, [2]));
        harness.On(new CoreEvent.LinkConnected(pool.JobDeclarator));
        pool.SendAsDeclarator(new SetupConnectionSuccess(2, 0));
        pool.GiveTokens();
        pool.OpenChannel();
        pool.DeclareAndAcknowledge(1);

        Assert.True(UserIdentityField.TryCreate("worker7", out Tlv field));
        miner.Mine(change: share => share with { Tlvs = [field] });
        Assert.Equal("worker7", WorkerOf(pool));

        // Cut between characters: 5 + 13 × 2 = 31 bytes.
        miner.Mine();
        Assert.Equal("rack.\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", WorkerOf(pool));
    }

    [Fact]
    public void Workers_are_not_told_to_a_pool_that_did_not_agree()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(configure: WithWorkers);
        FakePool pool = harness.Pool();
        pool.SetUp();
        Assert.Empty(pool.Sent<OpenExtendedMiningChannel>());

        // No answer: a pool that does not know the extension.
        harness.PassSeconds(5.1);
        pool.GiveTokens();
        pool.OpenChannel();
        pool.DeclareAndAcknowledge(1);
        miner.Mine();
        Assert.Empty(Assert.Single(pool.Got<SubmitSharesExtended>()).Tlvs);
    }

    [Fact]
    public void Extensions_that_the_pool_requires_are_offered_in_a_second_request_with_ours()
    {
        var harness = new CoreHarness(configure: static options => options with { SupportedExtensions = [2, 7], RequiredExtensions = [5] });
        FakePool pool = harness.Pool();
        harness.On(new CoreEvent.LinkConnected(pool.Link));
        pool.Send(new SetupConnectionSuccess(2, 0));
        Assert.Equal([2, 7, 5], Assert.Single(pool.Got<RequestExtensions>()).RequestedExtensions);
        pool.Send(new RequestExtensionsError(0, [2], [7]));
        RequestExtensions second = Assert.Single(pool.Got<RequestExtensions>());
        Assert.Equal((ushort)1, second.RequestId);
        Assert.Equal([7, 5], second.RequestedExtensions);
        pool.Send(new RequestExtensionsSuccess(1, [7, 5]));
        Assert.Equal([7, 5], Assert.Single(harness.Reports.OfType<CoreReport.UpstreamExtensions>()).Extensions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pool_without_a_required_extension_or_with_a_foreign_one_is_unfit(bool foreign)
    {
        var harness = new CoreHarness(configure: static options => options with { RequiredExtensions = [5] });
        FakePool pool = harness.Pool();
        harness.On(new CoreEvent.LinkConnected(pool.Link));
        pool.Send(new SetupConnectionSuccess(2, 0));
        pool.Send(foreign ? new RequestExtensionsError(0, [], [99]) : new RequestExtensionsSuccess(0, []));
        Assert.Equal(UpstreamHealth.Refuses, harness.Snapshot().Upstreams[0].Health);
    }

    private static string? WorkerOf(FakePool pool)
    {
        UserIdentityField.TryRead(Assert.Single(pool.Got<SubmitSharesExtended>()).Tlvs, out string? worker);
        return worker;
    }
}
