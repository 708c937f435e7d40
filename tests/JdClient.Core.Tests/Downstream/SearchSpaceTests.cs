using JdClient.Core.Tests.Harness;
using Xunit;

namespace JdClient.Core.Tests.Downstream;

public sealed class SearchSpaceTests
{
    [Fact]
    public void A_later_channel_may_ask_for_exactly_what_its_connection_agreed_on()
    {
        (_, FakeMiner miner) = Start.WithMiner();
        Assert.Equal(12, miner.OpenExtended(minSize: 12)!.Rollable);
        Assert.Equal(12, miner.OpenExtended(minSize: 12)!.Rollable);
        Assert.Equal(2, miner.Channels.Count);
    }
}
