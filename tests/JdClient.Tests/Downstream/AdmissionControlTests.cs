using System.Net;
using JdClient.Downstream;

namespace JdClient.Tests.Downstream;

public sealed class AdmissionControlTests
{
    [Fact]
    public void Each_address_has_its_own_room_within_the_whole()
    {
        var admission = new AdmissionControl(maxConnections: 3, maxPerAddress: 2);

        AdmissionControl.Admission first = Enter(admission, "10.0.0.1")!;
        Assert.NotNull(Enter(admission, "10.0.0.1"));
        Assert.Null(Enter(admission, "10.0.0.1"));
        Assert.NotNull(Enter(admission, "10.0.0.2"));
        Assert.Null(Enter(admission, "10.0.0.3"));
        first.Dispose();
        first.Dispose();
        Assert.Equal(2, admission.Total);
        Assert.NotNull(Enter(admission, "10.0.0.1"));
        Assert.Equal(3, admission.Total);
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    public void A_slash_64_and_a_mapped_address_are_one_address(string first, string second, bool same)
    {
        var admission = new AdmissionControl(maxConnections: 10, maxPerAddress: 1);

        Assert.NotNull(Enter(admission, first));
        Assert.Equal(same, Enter(admission, second) is null);
    }

    private static AdmissionControl.Admission? Enter(AdmissionControl control, string address)
    {
        if (!control.TryEnter(out AdmissionControl.Admission? admission))
            return null;
        if (admission.TryClaim(IPAddress.Parse(address)))
            return admission;
        admission.Dispose();
        return null;
    }
}
