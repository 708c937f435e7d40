using System.Net;
using System.Net.Sockets;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Mining;
using Sv2.Transport;

namespace JdClient.Tests.Downstream;

/// <summary>What a peer does costs its own connection and one line, and nobody else anything.</summary>
public sealed class HostilePeerTests
{
    private const int HandshakeFailed = 2002;
    private const int NotAdmitted = 2003;
    private const int SessionViolation = 2012;
    private const int SessionClosed = 2013;

    private static readonly SetupConnection Setup =
        new(SetupProtocol.Mining, 2, 2, 0, "127.0.0.1", 1, "vendor\nfaked line", "hardware", "firmware", "device");

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(5000)]
    public async Task Garbage_in_place_of_a_handshake_ends_that_connection_with_one_line(int length)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        using Socket socket = await ConnectRawAsync(daemon.EndPoint);
        byte[] garbage = new byte[length];
        new Random(1).NextBytes(garbage);

        await socket.SendAsync(garbage, TestContext.Current.CancellationToken);
        socket.Shutdown(SocketShutdown.Send);

        await UntilClosedAsync(socket);
        // Every 64 bytes are some public key: from there on it is a session whose first frame does not decrypt.
        await daemon.Log.WaitForAsync(line => line.EventId is HandshakeFailed or SessionClosed);
        Assert.Single(LinesAbout(daemon, socket));
        await AssertServesAsync(daemon);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task A_handshake_that_never_comes_ends_at_its_deadline(int firstBytes)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestDaemon daemon = await TestDaemon.StartAsync(time: time);
        using Socket socket = await ConnectRawAsync(daemon.EndPoint);
        await socket.SendAsync(new byte[firstBytes], TestContext.Current.CancellationToken);

        // The deadline begins when the daemon has taken the connection, which this test cannot see.
        Task closed = UntilClosedAsync(socket);
        for (int second = 0; second < 300 && !closed.IsCompleted; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(
                closed, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await closed;
        await daemon.Log.WaitForAsync(HandshakeFailed);
        Assert.Single(LinesAbout(daemon, socket));
    }

    [Fact]
    public async Task A_message_before_setup_ends_the_session_with_one_line()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using Sv2Connection connection = await daemon.ConnectAsync();

        connection.TrySend(new SubmitSharesExtended(1, 1, 1, 1, 1, 1, new byte[4]));
        ConnectionEnd end = await connection.RunAsync((_, _) => ValueTask.CompletedTask, TestContext.Current.CancellationToken);

        Assert.Contains(end.Reason, new[] { ConnectionEndReason.PeerClosed, ConnectionEndReason.ConnectionReset });
        await daemon.Log.WaitForAsync(SessionViolation);
        await AssertServesAsync(daemon);
        Assert.DoesNotContain(
            daemon.Log.Lines,
            line => line.EventId == SessionClosed
                && line.Level >= LogLevel.Information
                && line.Text.StartsWith("Miner 1 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Text_of_a_peer_stays_within_its_line()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await AssertServesAsync(daemon);

        LogCapture.Line accepted = await daemon.Log.WaitForAsync(2010);
        Assert.DoesNotContain('\n', accepted.Text);
        Assert.Contains("vendor?faked line", accepted.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_silent_connections_do_not_keep_a_miner_out()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync(c => c with { Limits = c.Limits with { MaxHandshakes = 1 } });
        List<Socket> silent = [];
        for (int i = 0; i < 100; i++)
            silent.Add(await ConnectRawAsync(daemon.EndPoint));

        await AssertServesAsync(daemon);

        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Of_unfinished_handshakes_the_oldest_gives_way_and_a_miner_gets_in()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync(
            configuration => configuration with { Limits = configuration.Limits with { MaxHalfOpen = 3 } },
            new FakeTimeProvider(DateTimeOffset.UtcNow));
        var silent = new List<Socket>();
        for (int i = 0; i < 4; i++)
            silent.Add(await ConnectRawAsync(daemon.EndPoint));

        await UntilClosedAsync(silent[0]);
        await AssertServesAsync(daemon);

        await daemon.Log.WaitForAsync(line => line.EventId == HandshakeFailed
            && line.Text.Contains("max_half_open", StringComparison.Ordinal));
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_connection_above_the_limit_is_closed_and_told_once_and_room_is_used_again()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync(
            c => c with { Limits = c.Limits with { MaxConnectionsPerAddress = 1 } });
        using Socket first = await ConnectRawAsync(daemon.EndPoint);
        using Socket second = await ConnectRawAsync(daemon.EndPoint);

        // Each connection has a task of its own, so either may be the one that finds no room.
        Task firstEnds = UntilClosedAsync(first);
        Task secondEnds = UntilClosedAsync(second);
        bool isFirst = await Task.WhenAny(firstEnds, secondEnds) == firstEnds;
        (Socket refused, Socket admitted) = isFirst ? (first, second) : (second, first);
        await daemon.Log.WaitForAsync(NotAdmitted);
        Assert.Single(LinesAbout(daemon, refused));

        admitted.Shutdown(SocketShutdown.Both);
        await daemon.Log.WaitForAsync(HandshakeFailed);
        await Task.WhenAll(firstEnds, secondEnds);
        await AssertServesAsync(daemon);
    }

    [Fact]
    public async Task A_second_daemon_on_the_same_port_fails_to_start_with_its_own_exit_code()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        JdClient.Configuration.JdcConfiguration same = daemon.Configuration with
        {
            Downstream = daemon.Configuration.Downstream with { ListeningAddress = daemon.EndPoint },
        };
        await using JdClientHost second = JdClientHost.Build(same);

        Assert.Equal(JdClient.Cli.ExitCode.StartFailed, await second.RunAsync(TestContext.Current.CancellationToken));
    }

    private static async Task AssertServesAsync(TestDaemon daemon)
    {
        await using Sv2Connection connection = await daemon.ConnectAsync();
        var answer = new TaskCompletionSource<Sv2Message?>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.TrySend(Setup);
        Task<ConnectionEnd> run = connection.RunAsync(
            (inbound, _) =>
            {
                answer.TrySetResult(inbound.Message);
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.IsType<SetupConnectionSuccess>(
            await answer.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        connection.Close(ConnectionEndReason.NoLongerNeeded);
        await run;
    }

    private static async Task<Socket> ConnectRawAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Reads until the other side ends the connection.</summary>
    private static async Task UntilClosedAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
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

    private static LogCapture.Line[] LinesAbout(TestDaemon daemon, Socket socket) =>
        [.. daemon.Log.Lines.Where(line => line.Level >= LogLevel.Information && line.Text.Contains(
            ((IPEndPoint)socket.LocalEndPoint!).ToString(), StringComparison.Ordinal))];
}
