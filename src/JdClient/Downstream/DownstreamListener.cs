using System.Net;
using System.Net.Sockets;
using Bitcoin.Cryptography;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using JdClient.Status;
using JdClient.TaskManager;
using Microsoft.Extensions.Logging;
using Sv2.Noise;
using Sv2.Protocol;
using Sv2.Transport;

namespace JdClient.Downstream;

/// <summary>
/// Accepts miners: admission, handshake, then a session that hands every message to the channel manager. Each connection
/// has a task of its own; whatever a peer does ends that connection with one line in the log.
/// </summary>
internal sealed class DownstreamListener : IDisposable
{
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(250);

    private readonly JdcConfiguration _configuration;
    private readonly IEventSink _inbox;
    private readonly SessionTable _sessions;
    private readonly TaskSupervisor _supervisor;
    private readonly DaemonStatus _status;
    private readonly LineLimiter _limiter;
    private readonly TimeProvider _time;
    private readonly ILogger<DownstreamListener> _log;
    private readonly AdmissionControl _admission;
    private readonly HalfOpenConnections _halfOpen;
    private readonly SemaphoreSlim _handshakes;
    // Miners written to by a pool thread before other work of the pool gets its turn.
    private const int WritesInARow = 16;

    private readonly ConnectionOptions _connectionOptions;
    private readonly NoiseResponderIdentity _identity;
    private Sv2Listener? _listener;

    public DownstreamListener(
        JdcConfiguration configuration,
        IEventSink inbox,
        SessionTable sessions,
        TaskSupervisor supervisor,
        DaemonStatus status,
        LineLimiter limiter,
        TimeProvider time,
        ILogger<DownstreamListener> log)
    {
        _configuration = configuration;
        _inbox = inbox;
        _sessions = sessions;
        _supervisor = supervisor;
        _status = status;
        _limiter = limiter;
        _time = time;
        _log = log;
        LimitConfiguration limits = configuration.Limits;
        _admission = new AdmissionControl(limits);
        _halfOpen = new HalfOpenConnections(limits.MaxHalfOpen);
        _handshakes = new SemaphoreSlim(limits.MaxHandshakes);
        _connectionOptions = new ConnectionOptions
        {
            WriteScheduler = new ConcurrentExclusiveSchedulerPair(
                TaskScheduler.Default, Environment.ProcessorCount, WritesInARow).ConcurrentScheduler,
            Peer = PeerRole.MiningClient,
            TimeProvider = time,
            OutboxCapacity = limits.DownstreamQueue,
            HandshakeTimeout = limits.HandshakeTimeout,
            HandshakeGate = _handshakes,
            FirstMessageTimeout = limits.FirstMessageTimeout,
            WriteStallTimeout = limits.WriteStallTimeout,
        };
        EntropySource entropy = System.Security.Cryptography.RandomNumberGenerator.Fill;
        _identity = new NoiseResponderIdentity(
            configuration.Downstream.Authority.Bytes,
            EllSwiftKeyPair.Generate(entropy),
            (uint)configuration.Downstream.CertificateValidity.TotalSeconds);
    }

    /// <summary>Connections, handshakes included.</summary>
    internal int Connections => _admission.Total;

    /// <summary>Binds and starts to accept.</summary>
    /// <exception cref="SocketException">The address is not to be had.</exception>
    internal void Start()
    {
        _listener = Sv2Listener.Bind(_configuration.Downstream.ListeningAddress, _configuration.Limits.ListenBacklog, _time);
        _log.Listening(_listener.LocalEndPoint.ToString());
        _supervisor.Start("downstream listener", FaultAction.Stop, AcceptAsync);
        _status.SetListening(_listener.LocalEndPoint);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener?.Dispose();
        _handshakes.Dispose();
        _identity.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        using Sv2Listener listener = _listener!;
        while (true)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(cancellationToken);
                Admit(socket);
            }
            catch (SocketException exception)
            {
                // What the operating system refuses today it may grant in a moment; miners that are connected go on.
                if (MayLog(2004))
                    _log.AcceptFailed(exception.Message, AcceptRetry.TotalMilliseconds);
                await Task.Delay(AcceptRetry, _time, cancellationToken);
            }
        }
    }

    private void Admit(Socket socket)
    {
        IPEndPoint remote;
        try
        {
            remote = (IPEndPoint)socket.RemoteEndPoint!;
        }
        catch (SocketException)
        {
            // Gone before it was looked at.
            socket.Dispose();
            return;
        }

        string peer = PeerName(remote);
        if (!_admission.TryAdmit(remote.Address, out string? reason))
        {
            socket.Dispose();
            if (MayLog(2003))
                _log.NotAdmitted(peer, reason!);
            return;
        }

        _supervisor.Start(
            $"miner at {peer}", FaultAction.CloseSession, token => ServeAsync(socket, remote.Address, peer, token), _ => socket.Dispose());
    }

    private async Task ServeAsync(Socket socket, IPAddress address, string peer, CancellationToken cancellationToken)
    {
        try
        {
            if (await HandshakeAsync(socket, peer, cancellationToken) is { } connection)
                await RunSessionAsync(connection, peer, cancellationToken);
        }
        finally
        {
            _admission.Release(address);
        }
    }

    private async Task<Sv2Connection?> HandshakeAsync(Socket socket, string peer, CancellationToken cancellationToken)
    {
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        LinkedListNode<CancellationTokenSource> entry = _halfOpen.Enter(givenUp);
        ConnectResult result;
        try
        {
            result = await Sv2Acceptor.HandshakeAsync(
                socket, new ServerSecurity.Encrypted(_identity), _connectionOptions, givenUp.Token);
        }
        finally
        {
            _halfOpen.Leave(entry);
        }

        if (result.IsConnected)
            return result.Connection;
        bool gaveWay = result.Failure.Reason == ConnectFailureReason.Cancelled;
        if (!cancellationToken.IsCancellationRequested && MayLog(2002))
            _log.HandshakeFailed(peer, gaveWay ? "gave way to newer connections (max_half_open)" : result.Failure.ToString());
        return null;
    }

    private async Task RunSessionAsync(Sv2Connection connection, string peer, CancellationToken cancellationToken)
    {
        await using (connection)
        {
            DownstreamSession session = _sessions.Add(peer, connection);
            string reason = "an internal error";
            bool announced = false;
            try
            {
                _log.MinerConnected(session.Id.Value, peer);
                await _inbox.PostAsync(new CoreEvent.MinerConnected(session.Id, peer), cancellationToken);
                announced = true;
                ConnectionEnd end = await connection.RunAsync(
                    (inbound, token) => OnMessageAsync(session, inbound, token), cancellationToken);
                reason = end.ToString();
            }
            finally
            {
                _sessions.Remove(session.Id);
                if (announced)
                    await _inbox.PostAsync(new CoreEvent.MinerClosed(session.Id, reason), cancellationToken);
            }
        }
    }

    private ValueTask OnMessageAsync(DownstreamSession session, InboundMessage inbound, CancellationToken cancellationToken)
    {
        if (inbound.Message is { } message)
            return _inbox.PostAsync(new CoreEvent.MinerMessage(session.Id, message), cancellationToken);

        // Unknown types and extensions are ignored (spec 03, 3.4.1).
        if (MayLog(1041))
            _log.UnknownMessage($"miner {session.Id.Value} ({session.Peer})", inbound.Header.ExtensionType, inbound.Header.MessageType);
        return ValueTask.CompletedTask;
    }

    private bool MayLog(int eventId)
    {
        if (!_limiter.TryTake(eventId, out long leftOut))
            return false;
        if (leftOut > 0)
            _log.LinesLeftOut(leftOut, eventId);
        return true;
    }

    private static string PeerName(IPEndPoint remote) =>
        (remote.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port) : remote).ToString();
}
