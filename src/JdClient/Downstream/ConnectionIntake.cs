using System.Net;
using System.Net.Sockets;
using JdClient.Configuration;
using JdClient.Logging;
using Sv2.Protocol;
using Sv2.Transport;
using Sv2.Transport.ProxyProtocol;

namespace JdClient.Downstream;

/// <summary>A miner's connection after its handshake.</summary>
/// <param name="Connection">Owned by the receiver.</param>
/// <param name="Peer">The miner's address and port, for people.</param>
internal readonly record struct AdmittedMiner(Sv2Connection Connection, string Peer);

/// <summary>
/// Takes an accepted socket to a connection: whose it is (the PROXY header, where proxies are in use), whether its address may have
/// another one, the handshake. Whoever does not get through has one line and one count.
/// </summary>
internal sealed class ConnectionIntake : IDisposable
{
    // Miners written to by a pool thread before other work of the pool gets its turn.
    private const int WritesInARow = 16;

    // Room for hundreds of jobs or shares of one connection.
    private const int SocketBuffer = 128 * 1024;

    private readonly LimitConfiguration _limits;
    private readonly ProxyConfiguration? _proxies;
    private readonly ServerSecurity _security;
    private readonly ConnectionOptions _options;
    private readonly HalfOpenConnections _halfOpen;
    private readonly SemaphoreSlim _handshakes;
    private readonly EndReasons _ends;
    private readonly LimitedLog _log;
    private readonly TimeProvider _time;

    internal ConnectionIntake(
        JdcConfiguration configuration,
        ServerSecurity security,
        EndReasons ends,
        Action<Sv2Message, TimeSpan>? written,
        LimitedLog log,
        TimeProvider time)
    {
        _limits = configuration.Limits;
        _proxies = configuration.Downstream.Proxies;
        _security = security;
        _halfOpen = new HalfOpenConnections(_limits.MaxHalfOpen);
        _handshakes = new SemaphoreSlim(_limits.MaxHandshakes);
        _options = new ConnectionOptions
        {
            WriteScheduler = new ConcurrentExclusiveSchedulerPair(
                TaskScheduler.Default, Environment.ProcessorCount, WritesInARow).ConcurrentScheduler,
            Peer = PeerRole.MiningClient,
            TimeProvider = time,
            OutboxCapacity = _limits.DownstreamQueue,
            HandshakeTimeout = _limits.HandshakeTimeout,
            HandshakeGate = _handshakes,
            FirstMessageTimeout = _limits.FirstMessageTimeout,
            WriteStallTimeout = _limits.WriteStallTimeout,
            SocketBufferSize = SocketBuffer,
            Written = written,
        };
        _ends = ends;
        _log = log;
        _time = time;
    }

    /// <inheritdoc/>
    public void Dispose() => _handshakes.Dispose();

    /// <summary>Announces a connection, in the order in which they come.</summary>
    internal HalfOpenConnections.Entry Announce() => _halfOpen.Enter();

    /// <summary>Takes the socket over: it is closed unless a miner comes back.</summary>
    internal async Task<AdmittedMiner?> TakeAsync(
        Socket socket,
        IPEndPoint remote,
        AdmissionControl.Admission admission,
        HalfOpenConnections.Entry entry,
        CancellationToken cancellationToken)
    {
        using HalfOpenConnections.Entry leaving = entry;
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(entry.GivenUp, cancellationToken);
        try
        {
            Visitor? visitor = await IdentifyAsync(socket, remote, givenUp.Token);
            if (visitor is not { } known || !IsAdmitted(known, admission))
            {
                socket.Dispose();
                return null;
            }

            ConnectResult result = await Sv2Acceptor.HandshakeAsync(socket, _security, _options, givenUp.Token, known.Address);
            if (result.IsConnected)
                return new AdmittedMiner(result.Connection, known.Name);
            if (!cancellationToken.IsCancellationRequested)
                Failed(known, result.Failure);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            if (!cancellationToken.IsCancellationRequested)
                GaveWay(NameOf(remote));
        }

        return null;
    }

    // Whose connection it is; null when that does not let it in.
    private async ValueTask<Visitor?> IdentifyAsync(Socket socket, IPEndPoint remote, CancellationToken cancellationToken)
    {
        if (_proxies is null)
            return new Visitor(remote, NameOf(remote), IsProxy: false);
        if (!_proxies.Trusts(remote.Address))
        {
            Refuse(AdmissionRefusal.UntrustedProxy, NameOf(remote), "it is none of trusted_proxies");
            return null;
        }

        ProxyHeaderResult result = await ProxyHeaderReader.ReadAsync(socket, _limits.HandshakeTimeout, _time, cancellationToken);
        if (result.SaidNothing)
        {
            _ends.Count(AdmissionRefusal.HealthCheck);
            _log.Logger.HealthCheck(NameOf(remote));
            return null;
        }

        if (result.Header is not { } header)
        {
            Refuse(AdmissionRefusal.ProxyHeader, NameOf(remote), result.Error!);
            return null;
        }

        return header.Source is { } source
            ? new Visitor(source, NameOf(source), IsProxy: false)
            : new Visitor(remote, NameOf(remote), IsProxy: true);
    }

    private bool IsAdmitted(Visitor visitor, AdmissionControl.Admission admission)
    {
        // A proxy's own connections have no client to count them to.
        if (visitor.IsProxy || admission.TryClaim(visitor.Address.Address))
            return true;
        Refuse(
            AdmissionRefusal.MaxConnectionsPerAddress,
            visitor.Name,
            $"its address has {_limits.MaxConnectionsPerAddress} connections (max_connections_per_address)");
        return false;
    }

    private void Failed(Visitor visitor, ConnectFailure failure)
    {
        if (failure.Reason == ConnectFailureReason.Cancelled)
        {
            GaveWay(visitor.Name);
        }
        else if (visitor.IsProxy && failure.Reason == ConnectFailureReason.HandshakeAborted)
        {
            _ends.Count(AdmissionRefusal.HealthCheck);
            _log.Logger.HealthCheck(visitor.Name);
        }
        else
        {
            _ends.Count(failure.Reason);
            if (_log.May(2002))
                _log.Logger.HandshakeFailed(visitor.Name, failure.ToString());
        }
    }

    private void GaveWay(string peer)
    {
        _ends.Count(AdmissionRefusal.MaxHalfOpen);
        if (_log.May(2002))
            _log.Logger.HandshakeFailed(peer, "gave way to newer connections (max_half_open)");
    }

    private void Refuse(AdmissionRefusal refusal, string peer, string reason)
    {
        _ends.Count(refusal);
        if (_log.May(2003))
            _log.Logger.NotAdmitted(peer, reason);
    }

    /// <summary>An address and port for people.</summary>
    internal static string NameOf(IPEndPoint remote) =>
        (remote.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port) : remote).ToString();

    /// <summary>Who is at the other end.</summary>
    /// <param name="Address">The client's address, or the proxy's where it speaks for itself.</param>
    /// <param name="Name">The same, for people.</param>
    /// <param name="IsProxy">No client is behind it that we know of.</param>
    private readonly record struct Visitor(IPEndPoint Address, string Name, bool IsProxy);
}
