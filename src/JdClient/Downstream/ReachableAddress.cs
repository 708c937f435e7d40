using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace JdClient.Downstream;

/// <summary>The address to give to miners: "every address" (0.0.0.0, [::]) is where we listen and nowhere to connect to.</summary>
internal static class ReachableAddress
{
    /// <summary>The address itself, or for a wildcard one of this host that other machines most likely reach.</summary>
    internal static IPAddress Of(IPAddress listening)
    {
        if (!listening.Equals(IPAddress.Any) && !listening.Equals(IPAddress.IPv6Any))
            return listening;
        try
        {
            return Best(NetworkInterface.GetAllNetworkInterfaces()) ?? IPAddress.Loopback;
        }
        catch (NetworkInformationException)
        {
            return IPAddress.Loopback;
        }
    }

    // Interfaces with a way out first: a container bridge has none.
    private static IPAddress? Best(IEnumerable<NetworkInterface> interfaces) => interfaces
        .Where(one => one.OperationalStatus == OperationalStatus.Up && one.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .Select(one => one.GetIPProperties())
        .OrderByDescending(properties => properties.GatewayAddresses.Count)
        .SelectMany(properties => properties.UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);
}
