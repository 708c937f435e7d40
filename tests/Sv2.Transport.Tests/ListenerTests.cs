using System.Net;
using System.Net.Sockets;

namespace Sv2.Transport.Tests;

public class ListenerTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_storm_of_connections_waits_in_the_backlog()
    {
        const int Storm = 400;
        CancellationToken token = TestContext.Current.CancellationToken;
        using Sv2Listener listener = Sv2Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var clients = new List<Socket>();
        for (int i = 0; i < Storm; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            clients.Add(client);
            await client.ConnectAsync(listener.LocalEndPoint, token);
        }

        for (int i = 0; i < Storm; i++)
            (await listener.AcceptAsync(token)).Dispose();
        clients.ForEach(client => client.Dispose());
    }

    [Fact(Timeout = 60_000)]
    public async Task The_wildcard_of_IPv6_takes_IPv4_too()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        if (!Socket.OSSupportsIPv6)
            Assert.Skip("this host has no IPv6");
        using Sv2Listener listener = Sv2Listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, listener.LocalEndPoint.Port, token);
        using Socket accepted = await listener.AcceptAsync(token);
        Assert.True(accepted.Connected);
    }

    [Fact(Timeout = 60_000)]
    public async Task Accepting_ends_with_the_token_and_with_the_listener()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        using Sv2Listener listener = Sv2Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ValueTask<Socket> accepting = listener.AcceptAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await accepting);

        ValueTask<Socket> again = listener.AcceptAsync(token);
        listener.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(async () => await again);
    }

    [Fact]
    public void A_port_in_use_is_told_at_once()
    {
        using Sv2Listener listener = Sv2Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        SocketException error = Assert.Throws<SocketException>(() => Sv2Listener.Bind(listener.LocalEndPoint));
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
    }
}
