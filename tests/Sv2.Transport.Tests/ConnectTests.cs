using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Sv2.Transport.Internal;

namespace Sv2.Transport.Tests;

public class ConnectTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_server_of_another_authority_is_refused_as_untrusted()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        using var other = new Loopback();
        ConnectResult result = await ConnectAsync(loopback, other.ClientSecurity, Loopback.Options, token);

        Assert.False(result.IsConnected);
        Assert.Equal(ConnectFailureReason.UntrustedAuthority, result.Failure.Reason);
        Assert.True(result.Failure.IsUntrusted);
        Assert.Contains($":{loopback.Port}", result.Failure.Detail, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_an_authority_key_any_certificate_passes_if_that_was_asked_for_by_name()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        ConnectResult result = await ConnectAsync(loopback, new ClientSecurity.Unauthenticated(), Loopback.Options, token);

        Assert.True(result.IsConnected);
        Assert.True(result.Connection.IsEncrypted);
        await result.Connection.DisposeAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3600 + 5, true, "")]
    [InlineData(3600 + 100, false, "expired 100 s ago")]
    [InlineData(-5, true, "")]
    [InlineData(-100, false, "valid only in 100 s")]
    public async Task A_certificate_out_of_its_time_is_refused_and_the_skew_is_named(int clientAhead, bool accepted, string text)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        using var loopback = new Loopback(certificateSeconds: 3600);
        Task<ConnectResult> accepting = AcceptAsync(loopback, Loopback.Options with { TimeProvider = new FakeTimeProvider(start) }, token);
        ConnectResult result = await Sv2Connector.ConnectAsync(
            "127.0.0.1",
            loopback.Port,
            loopback.ClientSecurity,
            Loopback.Options with { TimeProvider = new FakeTimeProvider(start.AddSeconds(clientAhead)) },
            token);

        Assert.Equal(accepted, result.IsConnected);
        if (!result.IsConnected)
        {
            Assert.Equal(ConnectFailureReason.CertificateOutOfDate, result.Failure.Reason);
            Assert.Contains(text, result.Failure.Detail, StringComparison.Ordinal);
        }

        await (result.Connection?.DisposeAsync() ?? default);
        await ((await accepting).Connection?.DisposeAsync() ?? default);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    public async Task A_client_that_does_not_finish_its_handshake_is_dropped_at_the_deadline(int bytes)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var loopback = new Loopback();
        using Socket client = await RawClientAsync(loopback, token);
        await client.SendAsync(new byte[bytes], token);
        Task<ConnectResult> accepting = AcceptAsync(loopback, Loopback.Options with { TimeProvider = time }, token);

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
        using Socket client = await RawClientAsync(loopback, token);
        Task<ConnectResult> accepting = AcceptAsync(
            loopback, Loopback.Options with { TimeProvider = time, HandshakeTimeout = TimeSpan.FromSeconds(10) }, token);

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
        using Socket slow = await RawClientAsync(loopback, token);
        await slow.SendAsync(new byte[63], token);
        Task<ConnectResult> stuck = AcceptAsync(loopback, options, token);

        ConnectResult result = await ConnectAsync(loopback, loopback.ClientSecurity, options, token);
        Assert.True(result.IsConnected, result.Failure?.ToString());
        await result.Connection.DisposeAsync();
        Assert.Equal(1, gate.CurrentCount);
        slow.Dispose();
        Assert.Equal(ConnectFailureReason.HandshakeAborted, (await stuck).Failure!.Reason);

        // And nobody computes while it is taken.
        await gate.WaitAsync(token);
        using Socket eager = await RawClientAsync(loopback, token);
        await eager.SendAsync(new byte[64], token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task<ConnectResult> waiting = AcceptAsync(loopback, options, stop.Token);
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
        Socket client = await RawClientAsync(loopback, token);
        await client.SendAsync(new byte[bytes], token);
        client.Dispose();

        ConnectResult result = await AcceptAsync(loopback, Loopback.Options, token);
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
    public async Task A_closed_port_a_bad_name_and_a_cancelled_attempt_are_values()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        int closed;
        using (var loopback = new Loopback())
            closed = loopback.Port;
        var security = new ClientSecurity.Unauthenticated();

        ConnectResult refused = await Sv2Connector.ConnectAsync("127.0.0.1", closed, security, Loopback.Options, token);
        ConnectResult unnamed = await Sv2Connector.ConnectAsync("name.invalid", 1, security, Loopback.Options, token);
        ConnectResult cancelled = await Sv2Connector.ConnectAsync(
            "127.0.0.1", closed, security, Loopback.Options, new CancellationToken(canceled: true));

        Assert.Equal(ConnectFailureReason.ConnectFailed, refused.Failure!.Reason);
        Assert.Equal(ConnectFailureReason.NameResolutionFailed, unnamed.Failure!.Reason);
        Assert.Equal(ConnectFailureReason.Cancelled, cancelled.Failure!.Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_address_of_a_name_is_tried()
    {
        // localhost has an IPv6 address, where nobody listens, and an IPv4 one; or only the latter.
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        Task<ConnectResult> accepting = AcceptAsync(loopback, Loopback.Options, token);
        ConnectResult result = await Sv2Connector.ConnectAsync(
            "localhost", loopback.Port, loopback.ClientSecurity, Loopback.Options, token);

        Assert.True(result.IsConnected, result.Failure?.ToString());
        await result.Connection.DisposeAsync();
        await (await accepting).Connection!.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_address_whose_handshake_fails_is_passed_over_and_named_when_no_other_is_better()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        using var other = new Loopback();
        using Sv2Listener garbage = Sv2Listener.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), loopback.Port));
        Task answering = AnswerTwiceAsync(garbage, token);
        IPAddress[] addresses = [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback];
        ConnectionOptions options = Loopback.Options with { AddressDelay = TimeSpan.FromHours(1) };

        Task<ConnectResult> accepting = AcceptAsync(loopback, Loopback.Options, token);
        ConnectResult good = await Sv2Connector.ConnectAsync(addresses, loopback.Port, loopback.ClientSecurity, options, token);
        Assert.True(good.IsConnected, good.Failure?.ToString());
        await good.Connection.DisposeAsync();
        await (await accepting).Connection!.DisposeAsync();

        accepting = AcceptAsync(loopback, Loopback.Options, token);
        ConnectResult bad = await Sv2Connector.ConnectAsync(addresses, loopback.Port, other.ClientSecurity, options, token);
        Assert.Equal(ConnectFailureReason.HandshakeFailed, bad.Failure!.Reason);
        Assert.Contains("127.0.0.1:", bad.Failure.Detail, StringComparison.Ordinal);
        await ((await accepting).Connection?.DisposeAsync() ?? default);
        await answering;

        static async Task AnswerTwiceAsync(Sv2Listener listener, CancellationToken token)
        {
            for (int i = 0; i < 2; i++)
            {
                using Socket socket = await listener.AcceptAsync(token);
                await socket.SendAsync(RandomNumberGenerator.GetBytes(234), token);
                await socket.ReceiveAsync(new byte[64], token);
            }
        }
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
        Socket client = await RawClientAsync(loopback, token);
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

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.4.5.6", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("2001:db8::1", false)]
    public void Only_loopback_addresses_are_local(string address, bool local) =>
        Assert.Equal(local, SocketSetup.IsLocal(new IPEndPoint(IPAddress.Parse(address), 1)));

    [Fact(Timeout = 60_000)]
    public async Task Plaintext_to_another_host_is_refused_before_a_packet_is_sent()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        ConnectResult result = await Sv2Connector.ConnectAsync(
            "192.0.2.1", 8442, new ClientSecurity.Plaintext(), Loopback.Options, token);
        Assert.Equal(ConnectFailureReason.PlaintextNotLocal, result.Failure!.Reason);
    }

    private static async Task<ConnectResult> ConnectAsync(
        Loopback loopback, ClientSecurity security, ConnectionOptions options, CancellationToken token)
    {
        Task<ConnectResult> accepting = AcceptAsync(loopback, options, token);
        ConnectResult result = await Sv2Connector.ConnectAsync("127.0.0.1", loopback.Port, security, options, token);
        await ((await accepting).Connection?.DisposeAsync() ?? default);
        return result;
    }

    private static async Task<ConnectResult> AcceptAsync(Loopback loopback, ConnectionOptions options, CancellationToken token) =>
        await Sv2Acceptor.HandshakeAsync(await loopback.AcceptAsync(), loopback.ServerSecurity, options, token);

    private static async Task<Socket> RawClientAsync(Loopback loopback, CancellationToken token)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, loopback.Port, token);
        return socket;
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
