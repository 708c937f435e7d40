using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sv2.Noise;

namespace Sv2.Transport.Internal;

/// <summary>Socket options, and the way from a connected socket to a connection.</summary>
internal static class SocketSetup
{
    private const int KeepAliveProbes = 5;
    private const int LinuxTcpLevel = 6;
    private const int LinuxTcpUserTimeout = 18;

    internal static void Configure(Socket socket, ConnectionOptions options)
    {
        // Without it a share waits for the acknowledgement of the one before it (reference-behaviour, weakness 66).
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (options.SocketBufferSize is { } size)
            (socket.ReceiveBufferSize, socket.SendBufferSize) = (size, size);
        SetSeconds(SocketOptionName.TcpKeepAliveTime, options.KeepAliveTime);
        SetSeconds(SocketOptionName.TcpKeepAliveInterval, options.KeepAliveInterval);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);

        // Keep-alive rests while sent bytes are not acknowledged; without this a dead peer then lives for a quarter of an hour.
        if (OperatingSystem.IsLinux())
        {
            int milliseconds = (int)Math.Clamp(options.UnacknowledgedTimeout.TotalMilliseconds, 0, int.MaxValue);
            socket.SetRawSocketOption(LinuxTcpLevel, LinuxTcpUserTimeout, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in milliseconds)));
        }

        void SetSeconds(SocketOptionName name, TimeSpan value) =>
            socket.SetSocketOption(SocketOptionLevel.Tcp, name, (int)Math.Clamp(value.TotalSeconds, 1, 32767));
    }

    internal static bool IsLocal(EndPoint? endPoint) =>
        endPoint is IPEndPoint { Address: var address }
        && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    internal static Sv2Connection Connection(Socket socket, EndPoint? remote, NoiseSession? session, ConnectionOptions options) =>
        new(new NetworkStream(socket, ownsSocket: true), () => socket.Shutdown(SocketShutdown.Send), remote, session, options);
}
