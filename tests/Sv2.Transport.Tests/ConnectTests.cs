using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Sv2.Transport.Internal;

namespace Sv2.Transport.Tests;

/// <summary>Which servers a client trusts and reaches, and how it says that it did not.</summary>
public sealed class ConnectTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_server_of_another_authority_is_refused_as_untrusted()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        using var other = new Loopback();
        ConnectResult result = await loopback.ConnectAsync(other.ClientSecurity, Loopback.Options, token);

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
        ConnectResult result = await loopback.ConnectAsync(new ClientSecurity.Unauthenticated(), Loopback.Options, token);

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
        Task<ConnectResult> accepting = loopback.HandshakeAsync(
            Loopback.Options with { TimeProvider = new FakeTimeProvider(start) }, token);
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
        Task<ConnectResult> accepting = loopback.HandshakeAsync(Loopback.Options, token);
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

        Task<ConnectResult> accepting = loopback.HandshakeAsync(Loopback.Options, token);
        ConnectResult good = await Sv2Connector.ConnectAsync(addresses, loopback.Port, loopback.ClientSecurity, options, token);
        Assert.True(good.IsConnected, good.Failure?.ToString());
        await good.Connection.DisposeAsync();
        await (await accepting).Connection!.DisposeAsync();

        accepting = loopback.HandshakeAsync(Loopback.Options, token);
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
}
