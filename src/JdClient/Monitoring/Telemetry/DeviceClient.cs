using System.Net;
using System.Net.Sockets;
using System.Text;

namespace JdClient.Monitoring.Telemetry;

/// <summary>
/// Asks one mining device, one command on each connection, as the API wants it. An answer ends with the connection or a zero
/// byte; one that takes longer than the deadline or is longer than <see cref="MaxAnswer"/> counts as none.
/// </summary>
/// <param name="port">The devices' port.</param>
/// <param name="deadline">How long connection and answer may take together.</param>
/// <param name="time">The clock.</param>
internal sealed class DeviceClient(int port, TimeSpan deadline, TimeProvider time)
{
    /// <summary>Longest answer, bytes; the longest real ones have about 20 KB.</summary>
    internal const int MaxAnswer = 64 * 1024;

    private const int FirstRead = 4096;

    /// <summary>The pools that the device is configured for; null when it does not answer.</summary>
    internal async Task<IReadOnlyList<DevicePool>?> AskPoolsAsync(IPAddress address, CancellationToken cancellationToken) =>
        await AskAsync(address, "pools", cancellationToken) is { } answer ? DeviceAnswers.Pools(answer) : null;

    /// <summary>What the device says of itself; null when it does not answer.</summary>
    internal async Task<MinerTelemetry?> AskTelemetryAsync(IPAddress address, CancellationToken cancellationToken)
    {
        // The first one tells whether it is there at all.
        if (await AskAsync(address, "summary", cancellationToken) is not { } summary)
            return null;
        ReadOnlyMemory<byte>? version = await AskAsync(address, "version", cancellationToken);
        ReadOnlyMemory<byte>? stats = await AskAsync(address, "stats", cancellationToken);
        return DeviceAnswers.Telemetry(version ?? default, summary, stats ?? default);
    }

    private async Task<ReadOnlyMemory<byte>?> AskAsync(IPAddress address, string command, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(deadline, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), over.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"{{\"command\":\"{command}\"}}"), over.Token);
            return await ReadAsync(socket, over.Token);
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[FirstRead];
        int length = 0;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                return length == 0 ? null : buffer.AsMemory(0, length);
            int end = buffer.AsSpan(length, read).IndexOf((byte)0);
            if (end >= 0)
                return buffer.AsMemory(0, length + end);
            length += read;
            if (length < buffer.Length)
                continue;
            if (length >= MaxAnswer)
                return null;
            Array.Resize(ref buffer, Math.Min(MaxAnswer, length * 2));
        }
    }
}
