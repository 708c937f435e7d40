using System.Net.Sockets;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Transport;
using Testbed.Net;

namespace Testbed.Miners;

/// <summary>Miners that deserve to be disconnected, while nobody else may notice.</summary>
internal static class GuiltyMiners
{
    private const int Channels = 16;
    private const uint RequiresStandardJobs = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Opens channels that each get messages of their own, and reads nothing more. Ends when cancelled or cut.</summary>
    public static async Task StopReadingAsync(ServerAddress server, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new ConnectionOptions
        {
            Peer = PeerRole.MiningServer,
            TimeProvider = time,
            FirstMessageTimeout = Timeout.InfiniteTimeSpan,
            ReceiveBufferSize = 4096,
        };
        ConnectResult result = await Sv2Connector.ConnectAsync(server.Host, server.Port, server.Security, options, cancellationToken);
        if (!result.IsConnected)
            return;
        await using Sv2Connection connection = result.Connection;
        bool queued = connection.TrySend(
            Setup.Request(Setup.Mining, RequiresStandardJobs, server.Host, (ushort)server.Port, "slow"));
        for (uint i = 0; i < Channels && queued; i++)
            queued = connection.TrySend(new OpenStandardMiningChannel(i + 1, "slow", 1000, U256.MaxValue));
        await connection.RunAsync(
            async (inbound, ended) =>
            {
                if (inbound.Message is not SetupConnectionSuccess)
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, ended);
            },
            cancellationToken);
    }

    /// <summary>Connects and misbehaves in one of four ways, again and again until cancelled.</summary>
    public static async Task SendGarbageAsync(ServerAddress server, int kind, TimeProvider time, CancellationToken cancellationToken)
    {
        var random = new Random(kind);
        while (true)
        {
            switch (kind % 4)
            {
                case 0:
                    await SendBytesAsync(server, random, 4096, TimeSpan.Zero, time, cancellationToken);
                    break;
                case 1:
                    await SendBytesAsync(server, random, 20, 4 * Pause, time, cancellationToken);
                    break;
                case 2:
                    await SendMessagesAsync(server, [new AllocateMiningJobToken("garbage", 1)], time, cancellationToken);
                    break;
                default:
                    SetupConnection setup = Setup.Request(Setup.Mining, 0, server.Host, (ushort)server.Port, "garbage");
                    await SendMessagesAsync(server, [setup, setup, new SetTarget(7, U256.MaxValue)], time, cancellationToken);
                    break;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Opens a channel and sends shares that are none, a thousand a second, as long as it is let.</summary>
    public static async Task FloodAsync(ServerAddress server, TimeProvider time, CancellationToken cancellationToken)
    {
        const int perPause = 50;
        var options = new ConnectionOptions
        {
            Peer = PeerRole.MiningServer,
            TimeProvider = time,
            FirstMessageTimeout = Timeout.InfiniteTimeSpan,
        };
        ConnectResult result = await Sv2Connector.ConnectAsync(server.Host, server.Port, server.Security, options, cancellationToken);
        if (!result.IsConnected)
            return;
        await using Sv2Connection connection = result.Connection;
        uint channel = 0;
        bool queued = connection.TrySend(Setup.Request(Setup.Mining, 0b100, server.Host, (ushort)server.Port, "flood"))
            && connection.TrySend(new OpenExtendedMiningChannel(1, "flood", 1, U256.MaxValue, 4));
        Task running = connection.RunAsync(
            (inbound, _) =>
            {
                if (inbound.Message is OpenExtendedMiningChannelSuccess success)
                    Volatile.Write(ref channel, success.ChannelId);
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        for (uint number = 1; queued && !running.IsCompleted;)
        {
            // A full outbox: it is held back and goes on later.
            int i = 0;
            while (Volatile.Read(ref channel) != 0 && i++ < perPause && connection.TrySend(Share(channel, number)))
                number++;
            await Task.WhenAny(running, Task.Delay(Pause, time, cancellationToken));
        }

        await running;
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static SubmitSharesExtended Share(uint channel, uint number) => new(channel, number, 1, number, 0, 0, new byte[8]);

    private static async Task SendBytesAsync(
        ServerAddress server, Random random, int count, TimeSpan linger, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(server.Host, server.Port, cancellationToken);
            var bytes = new byte[count];
            random.NextBytes(bytes);
            await client.GetStream().WriteAsync(bytes, cancellationToken);
            await Task.Delay(linger, time, cancellationToken);
        }
        catch (Exception cut) when (cut is IOException or SocketException)
        {
            // As it should be.
        }
    }

    private static async Task SendMessagesAsync(
        ServerAddress server, Sv2Message[] messages, TimeProvider time, CancellationToken cancellationToken)
    {
        await RoleClient.RunAsync(server, PeerRole.MiningServer, new Script(messages), time, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private sealed class Script(Sv2Message[] messages) : Session
    {
        public override void OnConnected()
        {
            foreach (Sv2Message message in messages)
                Peer.Send(message);
        }

        public override void OnMessage(Sv2Message message)
        {
        }

        public override void OnEnded(string reason)
        {
        }
    }
}
