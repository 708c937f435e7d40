using System.Net;
using JdClient.Configuration;
using JdClient.Downstream;

namespace JdClient.Tests.Downstream;

public sealed class AdmissionControlTests
{
    [Fact]
    public void Each_address_has_its_own_room_within_the_whole()
    {
        var admission = new AdmissionControl(new LimitConfiguration { MaxConnections = 3, MaxConnectionsPerAddress = 2 });

        Assert.True(Admit(admission, "10.0.0.1"));
        Assert.True(Admit(admission, "10.0.0.1"));
        Assert.False(Admit(admission, "10.0.0.1"));
        Assert.True(Admit(admission, "10.0.0.2"));
        Assert.False(Admit(admission, "10.0.0.3"));
        admission.Release(IPAddress.Parse("10.0.0.1"));
        Assert.True(Admit(admission, "10.0.0.3"));
        Assert.Equal(3, admission.Total);
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    public void A_slash_64_and_a_mapped_address_are_one_address(string first, string second, bool same)
    {
        var admission = new AdmissionControl(new LimitConfiguration { MaxConnectionsPerAddress = 1 });

        Assert.True(Admit(admission, first));
        Assert.Equal(!same, Admit(admission, second));
    }

    private static bool Admit(AdmissionControl admission, string address) => admission.TryAdmit(IPAddress.Parse(address), out _);
}
