using System.Net;
using JdClient.Downstream;

namespace JdClient.Tests.Downstream;

public sealed class ReachableAddressTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void A_wildcard_becomes_an_address_of_this_host(string listening)
    {
        IPAddress address = ReachableAddress.Of(IPAddress.Parse(listening));

        Assert.NotEqual(IPAddress.Any, address);
        Assert.NotEqual(IPAddress.IPv6Any, address);
    }

    [Fact]
    public void A_chosen_address_stays() => Assert.Equal(IPAddress.Loopback, ReachableAddress.Of(IPAddress.Loopback));
}
