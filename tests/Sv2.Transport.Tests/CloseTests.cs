using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Sv2.Transport.Tests;

public class CloseTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_first_reason_wins_and_nothing_can_be_sent_afterwards()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (Sv2Connection client, Sv2Connection server) = await loopback.PairAsync();
        Task<ConnectionEnd> running = client.RunAsync(new Inbox().HandleAsync, token);

        client.Close(ConnectionEndReason.SlowConsumer, "first");
        client.Close(ConnectionEndReason.Shutdown, "second");
        client.CloseAfterFlush(ConnectionEndReason.Shutdown, "third");
        await client.DisposeAsync();

        Assert.Equal(new ConnectionEnd(ConnectionEndReason.SlowConsumer, "first"), await running);
        Assert.Equal(client.End, await running);
        Assert.False(client.TrySend(Messages.Share(1)));
        await server.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Threads_that_close_at_once_agree_on_one_reason()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (Sv2Connection client, Sv2Connection server) = await loopback.PairAsync();
        Task<ConnectionEnd> running = client.RunAsync(new Inbox().HandleAsync, token);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            () => client.Close(ConnectionEndReason.ProtocolViolation, $"{i}"), token)));

        ConnectionEnd end = await running;
        Assert.Equal(ConnectionEndReason.ProtocolViolation, end.Reason);
        Assert.Same(end, client.End);
        await server.DisposeAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_graceful_close_writes_what_was_queued_even_if_the_peer_has_sent_more(bool startedBefore)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        Task<ConnectionEnd>? running = startedBefore ? server.RunAsync(new Inbox().HandleAsync, token) : null;
        await peer.SendAsync(peer.Frame(Messages.OfLength(500_000)));

        for (uint i = 0; i < 100; i++)
            Assert.True(server.TrySend(Messages.Share(i)));
        server.CloseAfterFlush(ConnectionEndReason.SetupRefused, "told why");
        Assert.False(server.TrySend(Messages.Share(100)));
        running ??= server.RunAsync(new Inbox().HandleAsync, token);

        await peer.SendAsync(peer.Frame(Messages.Share(1)));
        for (uint i = 0; i < 100; i++)
            Assert.Equal(Messages.Share(i).Payload(), (await peer.ReceiveMessageAsync()).Payload());
        Assert.Equal(0, await peer.Socket.ReceiveAsync(new byte[1], token));
        peer.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(new ConnectionEnd(ConnectionEndReason.SetupRefused, "told why"), await running);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_graceful_close_gives_up_at_its_deadline_when_the_peer_does_not_read_or_close()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync(
            Loopback.Options with { TimeProvider = time, FlushTimeout = TimeSpan.FromSeconds(2) });
        using RawPeer disposing = peer;
        Task<ConnectionEnd> running = server.RunAsync(new Inbox().HandleAsync, token);

        for (int i = 0; i < 4; i++)
            Assert.True(server.TrySend(Messages.OfLength(10_000_000)));
        server.CloseAfterFlush(ConnectionEndReason.Shutdown);
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(ConnectionEndReason.Shutdown, (await running).Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_graceful_close_writes_what_was_queued_though_the_handler_waits()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync(
            Loopback.Options with { TimeProvider = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) });
        using RawPeer disposing = peer;
        using var entered = new SemaphoreSlim(0);
        Task<ConnectionEnd> running = server.RunAsync(
            async (_, ended) =>
            {
                entered.Release();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
            },
            token);
        await peer.SendAsync(peer.Frame(Messages.Share(1)));
        await entered.WaitAsync(token);

        // Far more than the socket's buffers take while nobody reads.
        for (int i = 0; i < 200; i++)
            Assert.True(server.TrySend(Messages.OfLength(60_000)));
        server.CloseAfterFlush(ConnectionEndReason.NoLongerNeeded, "refused");

        long received = 0;
        byte[] buffer = new byte[1 << 20];
        for (int part = 1; part > 0; received += part)
            part = await peer.Socket.ReceiveAsync(buffer, token);
        peer.Socket.Shutdown(SocketShutdown.Send);
        Assert.InRange(received, 200L * 60_000, long.MaxValue);
        Assert.Equal(ConnectionEndReason.NoLongerNeeded, (await running).Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_delivered_after_a_graceful_close()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        var inbox = new Inbox();
        Task<ConnectionEnd> running = server.RunAsync(inbox.HandleAsync, token);

        server.CloseAfterFlush(ConnectionEndReason.SetupRefused);
        await peer.SendAsync(peer.Frame(Messages.Share(1)));
        peer.Socket.Shutdown(SocketShutdown.Send);

        await running;
        Assert.Equal(0, inbox.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_throws_ends_the_connection_and_not_the_caller()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        var bug = new InvalidOperationException("a bug");
        Task<ConnectionEnd> running = server.RunAsync((_, _) => throw bug, token);

        await peer.SendAsync(peer.Frame(Messages.Share(1)));

        ConnectionEnd end = await running;
        Assert.Equal(ConnectionEndReason.HandlerFailed, end.Reason);
        Assert.Same(bug, end.Exception);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_waiting_handler_is_released_by_the_end_and_the_end_keeps_its_reason()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        using var entered = new SemaphoreSlim(0);
        Task<ConnectionEnd> running = server.RunAsync(
            async (_, ended) =>
            {
                entered.Release();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
            },
            token);

        await peer.SendAsync(peer.Frame(Messages.Share(1)));
        await entered.WaitAsync(token);
        server.Close(ConnectionEndReason.LimitReached, "too many");

        Assert.Equal(new ConnectionEnd(ConnectionEndReason.LimitReached, "too many"), await running);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_callers_token_ends_the_connection_as_a_shutdown()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        Task<ConnectionEnd> running = server.RunAsync(new Inbox().HandleAsync, stop.Token);

        await stop.CancelAsync();

        Assert.Equal(ConnectionEndReason.Shutdown, (await running).Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_of_ours_that_has_no_wire_form_ends_the_connection_with_the_bug()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        Task<ConnectionEnd> running = server.RunAsync(new Inbox().HandleAsync, token);

        Assert.True(server.TrySend(Messages.Share(1) with { Extranonce = new byte[33] }));

        ConnectionEnd end = await running;
        Assert.Equal(ConnectionEndReason.EncodingFailed, end.Reason);
        Assert.IsType<ArgumentException>(end.Exception);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_waits_on_the_callers_token_is_no_bug()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        using var entered = new SemaphoreSlim(0);
        Task<ConnectionEnd> running = server.RunAsync(
            async (_, _) =>
            {
                entered.Release();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
            },
            stop.Token);

        await peer.SendAsync(peer.Frame(Messages.Share(1)));
        await entered.WaitAsync(token);
        await stop.CancelAsync();

        Assert.Equal(new ConnectionEnd(ConnectionEndReason.Shutdown, "stopping"), await running);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_connection_closed_before_it_runs_ends_at_once_and_one_disposed_does_not_run()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (Sv2Connection client, Sv2Connection server) = await loopback.PairAsync();
        client.Close(ConnectionEndReason.LimitReached, "before");
        Assert.Equal(new ConnectionEnd(ConnectionEndReason.LimitReached, "before"), await client.RunAsync(new Inbox().HandleAsync, token));
        await server.DisposeAsync();
        await server.DisposeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.RunAsync(new Inbox().HandleAsync, token));
    }
}
