using System.Net;
using System.Net.Sockets;

namespace Testbed.Net;

/// <summary>
/// Chooses ports for those who must be told one. They are below the range from which the system gives ports to whoever asks for
/// any: one of those would be taken by another daemon, peer or connection of the run between the choice and its use.
/// </summary>
internal static class LoopbackPort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    /// <summary>A TCP port that nobody listens on.</summary>
    public static int Choose()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, Last + 1);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody does.
            }
        }
    }
}
