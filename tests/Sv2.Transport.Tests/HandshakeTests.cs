using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;

namespace Sv2.Transport.Tests;

/// <summary>Peers that are slow, silent or gone in the middle of a handshake, and the gate before its computations.</summary>
public sealed class HandshakeTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    public async Task A_client_that_does_not_finish_its_handshake_is_dropped_at_the_deadline(int bytes)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var loopback = new Loopback();
        using Socket client = await loopback.RawClientAsync(token);
        await client.SendAsync(new byte[bytes], token);
        Task<ConnectResult> accepting = loopback.HandshakeAsync(Loopback.Options with { TimeProvider = time }, token);

        ConnectResult result = await AdvanceUntilAsync(accepting, time);

        Assert.False(result.IsConnected);
        Assert.Equal(ConnectFailureReason.HandshakeTimedOut, result.Failure.Reason);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], token));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_sends_its_handshake_one_byte_at_a_time_for_ever_is_dropped_at_the_deadline_of_the_whole()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var loopback = new Loopback();
        using Socket client = await loopback.RawClientAsync(token);
        Task<ConnectResult> accepting = loopback.HandshakeAsync(
            Loopback.Options with { TimeProvider = time, HandshakeTimeout = TimeSpan.FromSeconds(10) }, token);

        for (int second = 0; second < 9; second++)
        {
            await client.SendAsync(new byte[1], token);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        ConnectResult result = await AdvanceUntilAsync(accepting, time);
        Assert.Equal(ConnectFailureReason.HandshakeTimedOut, result.Failure!.Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_in_the_middle_of_its_handshake_does_not_keep_the_gate_from_others()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var gate = new SemaphoreSlim(1);
        ConnectionOptions options = Loopback.Options with { HandshakeGate = gate };
        using var loopback = new Loopback();
        using Socket slow = await loopback.RawClientAsync(token);
        await slow.SendAsync(new byte[63], token);
        Task<ConnectResult> stuck = loopback.HandshakeAsync(options, token);

        ConnectResult result = await loopback.ConnectAsync(loopback.ClientSecurity, options, token);
        Assert.True(result.IsConnected, result.Failure?.ToString());
        await result.Connection.DisposeAsync();
        Assert.Equal(1, gate.CurrentCount);
        slow.Dispose();
        Assert.Equal(ConnectFailureReason.HandshakeAborted, (await stuck).Failure!.Reason);

        // And nobody computes while it is taken.
        await gate.WaitAsync(token);
        using Socket eager = await loopback.RawClientAsync(token);
        await eager.SendAsync(new byte[64], token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task<ConnectResult> waiting = loopback.HandshakeAsync(options, stop.Token);
        await stop.CancelAsync();
        Assert.Equal(ConnectFailureReason.Cancelled, (await waiting).Failure!.Reason);
        Assert.Equal(0, gate.CurrentCount);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(30)]
    public async Task A_client_that_leaves_during_the_handshake_is_a_value_and_no_exception(int bytes)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        Socket client = await loopback.RawClientAsync(token);
        await client.SendAsync(new byte[bytes], token);
        client.Dispose();

        ConnectResult result = await loopback.HandshakeAsync(Loopback.Options, token);
        Assert.Equal(ConnectFailureReason.HandshakeAborted, result.Failure!.Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_answers_with_garbage_has_failed_the_handshake()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        Task<ConnectResult> connecting = Sv2Connector.ConnectAsync(
            "127.0.0.1", loopback.Port, loopback.ClientSecurity, Loopback.Options, token);
        using Socket server = await loopback.AcceptAsync();
        await server.SendAsync(RandomNumberGenerator.GetBytes(234), token);

        ConnectResult result = await connecting;
        Assert.Equal(ConnectFailureReason.HandshakeFailed, result.Failure!.Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_never_answers_times_out()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var loopback = new Loopback();
        Task<ConnectResult> connecting = Sv2Connector.ConnectAsync(
            "127.0.0.1", loopback.Port, loopback.ClientSecurity, Loopback.Options with { TimeProvider = time }, token);
        using Socket server = await loopback.AcceptAsync();
        byte[] act1 = new byte[64];
        await server.ReceiveAsync(act1, token);

        ConnectResult result = await AdvanceUntilAsync(connecting, time);
        Assert.Equal(ConnectFailureReason.HandshakeTimedOut, result.Failure!.Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wait_for_the_gate_does_not_count_into_the_deadline_of_the_handshake()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var gate = new SemaphoreSlim(0);
        ConnectionOptions options = Loopback.Options with { HandshakeGate = gate, TimeProvider = time };
        using var loopback = new Loopback();
        Task<ConnectResult> connecting = Sv2Connector.ConnectAsync(
            "127.0.0.1", loopback.Port, loopback.ClientSecurity, Loopback.Options with { TimeProvider = time }, token);
        ConnectionOptions patient = options with { HandshakeTimeout = TimeSpan.FromSeconds(1) };
        Socket socket = await loopback.AcceptAsync();
        Assert.True(socket.Poll(TimeSpan.FromSeconds(50), SelectMode.SelectRead) && socket.Available == 64);

        // Its first act is there: what it waits for now is the gate, and that is the daemon's doing.
        Task<ConnectResult> accepting = Sv2Acceptor.HandshakeAsync(socket, loopback.ServerSecurity, patient, token);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(accepting.IsCompleted);
        gate.Release();

        ConnectResult accepted = await accepting;
        Assert.True(accepted.IsConnected, accepted.Failure?.ToString());
        await accepted.Connection.DisposeAsync();
        await ((await connecting).Connection?.DisposeAsync() ?? default);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_peer_that_left_while_it_waited_for_the_gate_is_not_computed_for()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var gate = new SemaphoreSlim(0);
        using var loopback = new Loopback();
        Socket client = await loopback.RawClientAsync(token);
        await client.SendAsync(new byte[64], token);
        Socket server = await loopback.AcceptAsync();
        Assert.True(server.Poll(TimeSpan.FromSeconds(50), SelectMode.SelectRead) && server.Available == 64);
        Task<ConnectResult> accepting = Sv2Acceptor.HandshakeAsync(
            server, loopback.ServerSecurity, Loopback.Options with { HandshakeGate = gate }, token);
        client.Dispose();
        Assert.True(SpinWait.SpinUntil(() => server.Available == 0 && server.Poll(TimeSpan.Zero, SelectMode.SelectRead), 50_000));
        gate.Release();

        ConnectResult result = await accepting;
        Assert.Equal(ConnectFailureReason.HandshakeAborted, result.Failure!.Reason);
        Assert.Equal(1, gate.CurrentCount);
    }

    private static async Task<ConnectResult> AdvanceUntilAsync(Task<ConnectResult> task, FakeTimeProvider time)
    {
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await task;
    }
}
