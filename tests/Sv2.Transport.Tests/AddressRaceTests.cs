using System.Net;
using System.Net.Sockets;
using Sv2.Transport.Internal;

namespace Sv2.Transport.Tests;

public class AddressRaceTests
{
    private static readonly IPAddress Silent = IPAddress.Parse("127.0.0.2");

    [Fact(Timeout = 60_000)]
    public async Task An_address_that_says_nothing_keeps_the_next_waiting_for_a_moment_only()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using Socket listener = Listen(IPAddress.Loopback, 0, backlog: 16);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using Socket full = Listen(Silent, port, backlog: 0);
        List<Socket> fillers = Fill(new IPEndPoint(Silent, port));

        // No deadline of its own would ever end the attempt at the first address.
        AddressAttempt attempt = await AddressRace.RunAsync(
            [Silent, IPAddress.Loopback], port, Loopback.Options with { ConnectTimeout = Timeout.InfiniteTimeSpan }, token);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, port), attempt.EndPoint);
        Assert.True(attempt.Socket!.Connected);
        attempt.Socket.Dispose();
        fillers.ForEach(socket => socket.Dispose());
    }

    [Fact(Timeout = 60_000)]
    public async Task An_address_that_refuses_is_passed_over_at_once_and_told_if_none_answers()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using Socket listener = Listen(IPAddress.Loopback, 0, backlog: 16);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        ConnectionOptions options = Loopback.Options with { AddressDelay = TimeSpan.FromHours(1) };

        AddressAttempt good = await AddressRace.RunAsync([Silent, IPAddress.Loopback], port, options, token);
        AddressAttempt bad = await AddressRace.RunAsync([Silent, IPAddress.Parse("127.0.0.3")], port, options, token);

        Assert.Equal(IPAddress.Loopback, good.EndPoint.Address);
        good.Socket!.Dispose();
        Assert.Null(bad.Socket);
        Assert.Equal(ConnectFailureReason.ConnectFailed, bad.Failure!.Reason);
        Assert.Contains($"127.0.0.2:{port}", bad.Failure.Detail, StringComparison.Ordinal);
    }

    private static Socket Listen(IPAddress address, int port, int backlog)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen(backlog);
        return socket;
    }

    // Takes all places of the backlog, after which the kernel answers nothing.
    private static List<Socket> Fill(IPEndPoint endPoint)
    {
        var sockets = new List<Socket>();
        for (int i = 0; i < 8; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            try
            {
                socket.Connect(endPoint);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                // Under way.
            }

            sockets.Add(socket);
        }

        return sockets;
    }
}
