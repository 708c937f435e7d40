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

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    public async Task A_system_that_has_run_out_is_told_of_once_and_again_after_a_second_without_refusal(SocketError refusal)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new PausesTakeNoTime();
        var told = new List<SocketError?>();
        var refusals = new Queue<SocketError?>([refusal, refusal, null, refusal, null, null]);
        using var listener = new Sv2Listener(
            NewSocket(),
            _ => refusals.Dequeue() is { } error
                ? ValueTask.FromException<Socket>(new SocketException((int)error))
                : ValueTask.FromResult(NewSocket()),
            time,
            error => told.Add(error?.SocketErrorCode));

        (await listener.AcceptAsync(token)).Dispose();
        Assert.Equal([refusal], told);

        // One that got through in between is not the end of it.
        time.Now += TimeSpan.FromSeconds(0.9);
        (await listener.AcceptAsync(token)).Dispose();
        Assert.Equal([refusal], told);

        time.Now += TimeSpan.FromSeconds(1);
        (await listener.AcceptAsync(token)).Dispose();
        Assert.Equal([refusal, null], told);
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>A clock set by hand whose timers fire at once.</summary>
    private sealed class PausesTakeNoTime : TimeProvider
    {
        internal TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
