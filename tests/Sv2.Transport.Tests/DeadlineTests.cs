using Microsoft.Extensions.Time.Testing;
using Sv2.Protocol;

namespace Sv2.Transport.Tests;

public class DeadlineTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(40)]
    public async Task A_peer_that_sends_no_whole_first_message_is_closed_at_the_deadline(int bytes)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync(
            Loopback.Options with { TimeProvider = time, FirstMessageTimeout = TimeSpan.FromSeconds(10) });
        using RawPeer disposing = peer;
        Task<ConnectionEnd> running = server.RunAsync(new Inbox().HandleAsync, token);

        await peer.SendAsync(peer.Frame(Messages.Share(1)).AsMemory(0, bytes));
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Null(server.End);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal(new ConnectionEnd(ConnectionEndReason.FirstMessageTimeout, "no message within 10 s"), await running);
    }

    [Fact(Timeout = 60_000)]
    public async Task Silence_after_the_first_message_is_allowed_unless_there_is_an_idle_timeout()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync(Loopback.Options with { TimeProvider = time });
        using RawPeer disposing = peer;
        var inbox = new Inbox();
        Task<ConnectionEnd> running = server.RunAsync(inbox.HandleAsync, token);

        await peer.SendAsync(peer.Frame(Messages.Share(1)));
        await inbox.NextAsync();
        await peer.SendAsync(peer.Frame(Messages.Share(2)));
        await inbox.NextAsync();
        time.Advance(TimeSpan.FromDays(7));
        await peer.SendAsync(peer.Frame(Messages.Share(3)));

        await inbox.NextAsync();
        Assert.Null(server.End);
        await server.DisposeAsync();
        await running;
    }

    [Fact(Timeout = 60_000)]
    public async Task The_idle_timeout_counts_from_the_last_message_and_not_while_the_handler_works()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync(
            Loopback.Options with { TimeProvider = time, IdleTimeout = TimeSpan.FromSeconds(30) });
        using RawPeer disposing = peer;
        using var entered = new SemaphoreSlim(0);
        using var leave = new SemaphoreSlim(0);
        Task<ConnectionEnd> running = server.RunAsync(
            async (_, ended) =>
            {
                entered.Release();
                await leave.WaitAsync(ended);
            },
            token);

        await peer.SendAsync(peer.Frame(Messages.Share(1)));
        await entered.WaitAsync(token);
        time.Advance(TimeSpan.FromSeconds(300));
        Assert.Null(server.End);

        await peer.SendAsync(peer.Frame(Messages.Share(2)));
        leave.Release();
        await entered.WaitAsync(token);
        leave.Release();
        ConnectionEnd end = await UntilEndAsync(running, time);
        Assert.Equal(ConnectionEndReason.IdleTimeout, end.Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_peer_that_stops_reading_is_closed_at_the_write_stall_deadline()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync(
            Loopback.Options with { TimeProvider = time, FirstMessageTimeout = Timeout.InfiniteTimeSpan });
        using RawPeer disposing = peer;
        Task<ConnectionEnd> running = server.RunAsync(new Inbox().HandleAsync, token);

        // More than the buffers of both sockets take.
        Sv2Message large = Messages.OfLength(10_000_000);
        for (int i = 0; i < 4; i++)
            Assert.True(server.TrySend(large));

        ConnectionEnd end = await UntilEndAsync(running, time);
        Assert.Equal(ConnectionEndReason.WriteStalled, end.Reason);
        Assert.InRange(server.Statistics.BytesSent, 1, 39_000_000);
        Assert.False(server.TrySend(Messages.Share(1)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_full_outbox_refuses_and_keeps_what_it_has()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync(Loopback.Options with { OutboxCapacity = 3 });
        using RawPeer disposing = peer;

        for (uint i = 0; i < 3; i++)
            Assert.True(server.TrySend(Messages.Share(i)));
        Assert.False(server.TrySend(Messages.Share(3)));
        Assert.Equal(3, server.Statistics.OutboxDepth);

        Task<ConnectionEnd> running = server.RunAsync(new Inbox().HandleAsync, token);
        for (uint i = 0; i < 3; i++)
            Assert.Equal(Messages.Share(i).Payload(), (await peer.ReceiveMessageAsync()).Payload());
        await server.DisposeAsync();
        await running;
    }

    // Lets fake time run while the connection's loops do their real work.
    private static async Task<ConnectionEnd> UntilEndAsync(Task<ConnectionEnd> running, FakeTimeProvider time)
    {
        while (!running.IsCompleted)
        {
            time.Advance(Tick);
            await Task.Yield();
        }

        return await running;
    }
}
