using System.Net;
using System.Net.Sockets;
using Bitcoin.Cryptography;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Logging;
using JdClient.Monitoring.Metrics;
using JdClient.Status;
using JdClient.TaskManager;
using Microsoft.Extensions.Logging;
using Sv2.Noise;
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
    private readonly TaskSupervisor _supervisor;
    private readonly DaemonStatus _status;
    private readonly EndReasons _ends;
    private readonly TimeProvider _time;
    private readonly LimitedLog _log;
    private Bound _bound;
    private readonly AdmissionControl _admission;
    private readonly NoiseResponderIdentity _identity;
    private readonly ConnectionIntake _intake;
    private readonly MinerSessions _miners;
    private Sv2Listener? _listener;

    // Touched by the accept loop alone.
    private long _exhaustedAt;

    public DownstreamListener(
        JdcConfiguration configuration,
        IEventSink inbox,
        SessionTable sessions,
        TaskSupervisor supervisor,
        DaemonStatus status,
        EndReasons ends,
        WriteObserver writes,
        LineLimiter limiter,
        TimeProvider time,
        ILogger<DownstreamListener> log)
    {
        _configuration = configuration;
        _supervisor = supervisor;
        _status = status;
        _ends = ends;
        _time = time;
        _log = new LimitedLog(log, limiter);
        LimitConfiguration limits = configuration.Limits;
        _bound = BoundOf(limits, log);
        _admission = new AdmissionControl(_bound.Connections, limits.MaxConnectionsPerAddress);
        EntropySource entropy = System.Security.Cryptography.RandomNumberGenerator.Fill;
        _identity = new NoiseResponderIdentity(
            configuration.Downstream.Authority.Bytes,
            EllSwiftKeyPair.Generate(entropy),
            (uint)configuration.Downstream.CertificateValidity.TotalSeconds);
        _intake = new ConnectionIntake(configuration, new ServerSecurity.Encrypted(_identity), ends, writes.Written, _log, time);
        _miners = new MinerSessions(configuration, inbox, sessions, ends, _log, time);
    }

    /// <summary>Connections, handshakes included.</summary>
    internal int Connections => _admission.Total;

    /// <summary>Other bounds of connections from now on; who is connected stays. The rest of the limits is not looked at.</summary>
    internal void Apply(LimitConfiguration limits)
    {
        Bound bound = BoundOf(limits, _log.Logger);
        Volatile.Write(ref _bound, bound);
        _admission.SetLimits(bound.Connections, limits.MaxConnectionsPerAddress);
    }

    /// <summary>Binds and starts to accept.</summary>
    /// <exception cref="SocketException">The address is not to be had.</exception>
    internal void Start()
    {
        _listener = Sv2Listener.Bind(
            _configuration.Downstream.ListeningAddress, _configuration.Limits.ListenBacklog, _time, OnExhausted);
        _log.Logger.Listening(_listener.LocalEndPoint.ToString());
        _supervisor.Start("downstream listener", FaultAction.Stop, AcceptAsync);
        _status.SetListening(_listener.LocalEndPoint);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener?.Dispose();
        _intake.Dispose();
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
                if (_log.May(2004))
                    _log.Logger.AcceptFailed(exception.Message, AcceptRetry.TotalMilliseconds);
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

        if (!_admission.TryEnter(out AdmissionControl.Admission? admission))
        {
            socket.Dispose();
            _ends.Count(AdmissionRefusal.MaxConnections);
            Bound bound = Volatile.Read(ref _bound);
            if (_log.May(2003))
                _log.Logger.NotAdmitted(
                    ConnectionIntake.NameOf(remote), $"all {bound.Connections} connections are in use ({bound.Reason})");
            return;
        }

        HalfOpenConnections.Entry entry = _intake.Announce();
        _supervisor.Start(
            $"miner at {ConnectionIntake.NameOf(remote)}",
            FaultAction.CloseSession,
            token => ServeAsync(socket, remote, admission, entry, token),
            _ => socket.Dispose());
    }

    private async Task ServeAsync(
        Socket socket,
        IPEndPoint remote,
        AdmissionControl.Admission admission,
        HalfOpenConnections.Entry entry,
        CancellationToken cancellationToken)
    {
        using (admission)
        {
            if (await _intake.TakeAsync(socket, remote, admission, entry, cancellationToken) is { } miner)
                await _miners.RunAsync(miner, cancellationToken);
        }
    }

    private void OnExhausted(SocketException? exception)
    {
        if (exception is not null)
        {
            _exhaustedAt = _time.GetTimestamp();
            _log.Logger.OutOfFiles(exception.Message, _admission.Total);
        }
        else
        {
            _log.Logger.AcceptsAgain(_time.GetElapsedTime(_exhaustedAt).TotalSeconds);
        }
    }

    private static Bound BoundOf(LimitConfiguration limits, ILogger log)
    {
        if (FileLimit.Read() is not { } files || FileLimit.Room(files) >= limits.MaxConnections)
            return new Bound(limits.MaxConnections, "max_connections");
        int room = FileLimit.Room(files);
        log.FewFiles(files, room, limits.MaxConnections, limits.MaxConnections + FileLimit.Reserve);
        return new Bound(room, "limit of open files: LimitNOFILE= in systemd, ulimit -n");
    }

    /// <summary>How many connections there may be, and the setting that says so.</summary>
    private sealed record Bound(int Connections, string Reason);
}
