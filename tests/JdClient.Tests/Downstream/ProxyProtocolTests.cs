using System.Net;
using System.Net.Sockets;
using JdClient.Configuration;
using JdClient.Downstream;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sv2.Noise;

namespace JdClient.Tests.Downstream;

/// <summary>Connections through proxies that name their client (PROXY protocol, version 2).</summary>
public sealed class ProxyProtocolTests
{
    private const int MinerConnected = 2001;
    private const int NotAdmitted = 2003;
    private const int HealthCheck = 2008;

    [Fact]
    public async Task The_client_named_by_a_trusted_proxy_is_the_miner()
    {
        await using TestDaemon daemon = await StartAsync();
        using Socket socket = await ConnectAsync(daemon, Header("c6336407", 4711));
        await HandshakeAsync(socket);

        LogCapture.Line line = await daemon.Log.WaitForAsync(MinerConnected);
        Assert.Contains("(198.51.100.7:4711)", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_may_come_in_pieces_and_with_the_handshake_behind_it()
    {
        await using TestDaemon daemon = await StartAsync();
        using Socket socket = await ConnectAsync(daemon, []);
        using NoiseInitiator initiator = Initiator();
        byte[] bytes = [.. Header("c6336407", 4711), .. initiator.Act1];
        socket.NoDelay = true;
        for (int at = 0; at < 20; at++)
            await socket.SendAsync(bytes.AsMemory(at, 1), TestContext.Current.CancellationToken);
        await socket.SendAsync(bytes.AsMemory(20), TestContext.Current.CancellationToken);

        await ReceiveAsync(socket, NoiseHandshake.Act2Size);
        Assert.Contains("198.51.100.7", (await daemon.Log.WaitForAsync(MinerConnected)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_client_behind_a_proxy_has_its_own_limit()
    {
        await using TestDaemon daemon = await StartAsync(limits => limits with { MaxConnectionsPerAddress = 1 });
        using Socket first = await ConnectAsync(daemon, Header("c6336407", 1));
        await HandshakeAsync(first);
        using Socket other = await ConnectAsync(daemon, Header("c6336408", 2));
        await HandshakeAsync(other);
        using Socket second = await ConnectAsync(daemon, Header("c6336407", 3));
        await UntilClosedAsync(second);

        LogCapture.Line line = await daemon.Log.WaitForAsync(NotAdmitted);
        Assert.Contains("198.51.100.7:3", line.Text, StringComparison.Ordinal);
        Assert.Contains("max_connections_per_address", line.Text, StringComparison.Ordinal);
        Assert.Equal([new EndCount(EndStage.Admission, "max_connections_per_address", 1)], daemon.Host.EndReasons.Snapshot());
    }

    [Fact]
    public async Task The_proxy_s_own_connections_are_served_and_a_health_check_is_no_warning()
    {
        await using TestDaemon daemon = await StartAsync(limits => limits with { MaxConnectionsPerAddress = 1 });
        byte[] local = Convert.FromHexString("0d0a0d0a000d0a515549540a" + "20000000");
        using Socket served = await ConnectAsync(daemon, local);
        await HandshakeAsync(served);
        using (Socket check = await ConnectAsync(daemon, local))
            check.Shutdown(SocketShutdown.Send);
        using (Socket bare = await ConnectAsync(daemon, []))
            bare.Shutdown(SocketShutdown.Send);

        await daemon.Log.WaitForAsync(_ => daemon.Log.Lines.Count(line => line.EventId == HealthCheck) == 2);
        Assert.Equal([new EndCount(EndStage.Admission, "health_check", 2)], daemon.Host.EndReasons.Snapshot());
        Assert.DoesNotContain(daemon.Log.Lines, line => line.EventId is >= 2000 and < 3000 && line.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData("50524f58592054435034", "version 1")]
    [InlineData("00", "does not begin with a PROXY header")]
    [InlineData("0d0a0d0a000d0a515549540a" + "2112000c" + "000000000000000000000000", "no stream")]
    [InlineData("0d0a0d0a000d0a515549540a" + "2111ffff", "65551 bytes")]
    public async Task What_is_not_a_header_closes_the_connection_and_says_why(string hex, string text)
    {
        await using TestDaemon daemon = await StartAsync();
        using Socket socket = await ConnectAsync(daemon, Convert.FromHexString(hex));
        await UntilClosedAsync(socket);

        Assert.Contains(text, (await daemon.Log.WaitForAsync(NotAdmitted)).Text, StringComparison.Ordinal);
        Assert.Equal([new EndCount(EndStage.Admission, "proxy_header", 1)], daemon.Host.EndReasons.Snapshot());
    }

    [Fact]
    public async Task Who_is_not_a_trusted_proxy_is_closed_without_a_byte_read()
    {
        await using TestDaemon daemon = await StartAsync(trusted: "203.0.113.0/24");
        using Socket socket = await ConnectAsync(daemon, Header("c6336407", 4711));
        await UntilClosedAsync(socket);

        Assert.Contains("trusted_proxies", (await daemon.Log.WaitForAsync(NotAdmitted)).Text, StringComparison.Ordinal);
        Assert.Equal([new EndCount(EndStage.Admission, "untrusted_proxy", 1)], daemon.Host.EndReasons.Snapshot());
    }

    [Fact]
    public async Task A_header_that_does_not_end_is_not_waited_for_beyond_its_deadline()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestDaemon daemon = await StartAsync(time: time);
        using Socket socket = await ConnectAsync(daemon, Header("c6336407", 4711)[..20]);

        Task closed = UntilClosedAsync(socket);
        while (!closed.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(
                closed, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        Assert.Contains("no whole PROXY header", (await daemon.Log.WaitForAsync(NotAdmitted)).Text, StringComparison.Ordinal);
    }

    private static Task<TestDaemon> StartAsync(
        Func<LimitConfiguration, LimitConfiguration>? limits = null, string trusted = "127.0.0.0/8", TimeProvider? time = null) =>
        TestDaemon.StartAsync(
            configuration => configuration with
            {
                Log = configuration.Log with { Level = LogLevel.Debug },
                Limits = limits?.Invoke(configuration.Limits) ?? configuration.Limits,
                Downstream = configuration.Downstream with { Proxies = new ProxyConfiguration([IPNetwork.Parse(trusted)]) },
            },
            time);

    private static byte[] Header(string address, ushort port) =>
        Convert.FromHexString("0d0a0d0a000d0a515549540a" + "2111000c" + address + "7f000001" + port.ToString("x4") + "1f90");

    private static async Task<Socket> ConnectAsync(TestDaemon daemon, byte[] firstBytes)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(daemon.EndPoint, TestContext.Current.CancellationToken);
        await socket.SendAsync(firstBytes, TestContext.Current.CancellationToken);
        return socket;
    }

    private static NoiseInitiator Initiator() => NoiseInitiator.Start(System.Security.Cryptography.RandomNumberGenerator.Fill, default);

    private static async Task HandshakeAsync(Socket socket)
    {
        using NoiseInitiator initiator = Initiator();
        await socket.SendAsync(initiator.Act1.ToArray(), TestContext.Current.CancellationToken);
        await ReceiveAsync(socket, NoiseHandshake.Act2Size);
    }

    private static async Task ReceiveAsync(Socket socket, int count)
    {
        byte[] buffer = new byte[count];
        for (int filled = 0; filled < count;)
        {
            int part = await socket.ReceiveAsync(buffer.AsMemory(filled), TestContext.Current.CancellationToken);
            Assert.NotEqual(0, part);
            filled += part;
        }
    }

    private static async Task UntilClosedAsync(Socket socket)
    {
        byte[] buffer = new byte[64];
        try
        {
            while (await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an end as well.
        }
    }
}
