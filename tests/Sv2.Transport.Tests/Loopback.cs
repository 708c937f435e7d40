using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Bitcoin.Cryptography;
using Sv2.Noise;
using Sv2.Protocol;

namespace Sv2.Transport.Tests;

/// <summary>A listener on a free port of this host with an identity, and the ways to get a pair of peers from it.</summary>
internal sealed class Loopback : IDisposable
{
    internal static readonly ConnectionOptions Options = new() { Peer = PeerRole.JobDeclaratorClient };

    private readonly Sv2Listener _listener = Sv2Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    internal Loopback(uint certificateSeconds = 3600)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        Identity = new NoiseResponderIdentity(secret, EllSwiftKeyPair.Generate(RandomNumberGenerator.Fill), certificateSeconds);
    }

    internal NoiseResponderIdentity Identity { get; }

    internal int Port => _listener.LocalEndPoint.Port;

    internal ServerSecurity ServerSecurity => new ServerSecurity.Encrypted(Identity);

    internal ClientSecurity ClientSecurity => new ClientSecurity.Authenticated(Identity.AuthorityKey.ToArray());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal ValueTask<Socket> AcceptAsync() => _listener.AcceptAsync(Token);

    /// <summary>Two ends of one connection.</summary>
    internal async Task<(Sv2Connection Client, Sv2Connection Server)> PairAsync(
        ConnectionOptions? client = null, ConnectionOptions? server = null, bool plaintext = false)
    {
        Task<ConnectResult> connecting = Sv2Connector.ConnectAsync(
            "127.0.0.1", Port, plaintext ? new ClientSecurity.Plaintext() : ClientSecurity, client ?? Options, Token);
        ConnectResult accepted = await Sv2Acceptor.HandshakeAsync(
            await AcceptAsync(), plaintext ? new ServerSecurity.Plaintext() : ServerSecurity, server ?? Options, Token);
        ConnectResult connected = await connecting;
        Assert.True(connected.IsConnected, connected.Failure?.ToString());
        Assert.True(accepted.IsConnected, accepted.Failure?.ToString());
        return (connected.Connection, accepted.Connection);
    }

    /// <summary>A server's connection whose client is a bare socket that can send anything.</summary>
    internal async Task<(RawPeer Client, Sv2Connection Server)> RawAsync(ConnectionOptions? server = null, bool plaintext = false)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port, Token);
        Task<ConnectResult> accepting = Sv2Acceptor.HandshakeAsync(
            await AcceptAsync(), plaintext ? new ServerSecurity.Plaintext() : ServerSecurity, server ?? Options, Token);
        var peer = new RawPeer(socket);
        if (!plaintext)
            await peer.HandshakeAsync(Identity.AuthorityKey.ToArray());
        ConnectResult accepted = await accepting;
        Assert.True(accepted.IsConnected, accepted.Failure?.ToString());
        return (peer, accepted.Connection);
    }

    /// <summary>A client's attempt against a server that keeps to the protocol; the server's end is closed.</summary>
    internal async Task<ConnectResult> ConnectAsync(ClientSecurity security, ConnectionOptions options, CancellationToken token)
    {
        Task<ConnectResult> accepting = HandshakeAsync(options, token);
        ConnectResult result = await Sv2Connector.ConnectAsync("127.0.0.1", Port, security, options, token);
        await ((await accepting).Connection?.DisposeAsync() ?? default);
        return result;
    }

    /// <summary>The server's side for the next client.</summary>
    internal async Task<ConnectResult> HandshakeAsync(ConnectionOptions options, CancellationToken token) =>
        await Sv2Acceptor.HandshakeAsync(await AcceptAsync(), ServerSecurity, options, token);

    /// <summary>A client that says nothing by itself.</summary>
    internal async Task<Socket> RawClientAsync(CancellationToken token)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port, token);
        return socket;
    }

    public void Dispose()
    {
        _listener.Dispose();
        Identity.Dispose();
    }
}
