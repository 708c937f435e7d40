using System.Net.Sockets;
using System.Text;

namespace JdClient.Status;

/// <summary>What systemd told the process about itself (sd_notify(3), sd_watchdog_enabled(3)).</summary>
/// <param name="NotifySocket">Where it listens: a path, or a name in the abstract namespace behind an <c>@</c>; null: it does not.</param>
/// <param name="Watchdog">Within this time it wants a sign of life; null: it does not watch.</param>
public sealed record SystemdEnvironment(string? NotifySocket, TimeSpan? Watchdog)
{
    /// <summary>No systemd.</summary>
    public static SystemdEnvironment None { get; } = new(null, null);

    /// <summary>Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; what is meant for another process counts as absent.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="processId">This process.</param>
    public static SystemdEnvironment Read(IReadOnlyDictionary<string, string> environment, int processId)
    {
        if (!environment.TryGetValue("NOTIFY_SOCKET", out string? socket) || socket.Length < 2 || socket[0] is not ('/' or '@'))
            return None;
        bool isOurs = !environment.TryGetValue("WATCHDOG_PID", out string? pid) || pid == $"{processId}";
        TimeSpan? watchdog = isOurs
            && environment.TryGetValue("WATCHDOG_USEC", out string? text)
            && ulong.TryParse(text, out ulong microseconds)
            && microseconds is > 0 and < (ulong)TimeSpan.TicksPerDay
                ? TimeSpan.FromMicroseconds(microseconds)
                : null;
        return new SystemdEnvironment(socket, watchdog);
    }
}

/// <summary>
/// Tells systemd how the service is (sd_notify(3)): one datagram for each message, sent without waiting. What cannot be
/// sent is lost; the daemon works without.
/// </summary>
/// <param name="environment">Where to.</param>
internal sealed class SystemdNotify(SystemdEnvironment environment) : IDisposable
{
    /// <summary>Longest status text, UTF-8 bytes; systemd cuts as well, but not at a character.</summary>
    private const int MaxStatus = 1024;

    private readonly Socket? _socket = environment.NotifySocket is null ? null : Open();

    /// <summary>How often systemd wants a sign of life; null when it does not watch or there is no systemd.</summary>
    internal TimeSpan? Watchdog { get; } = environment.NotifySocket is null ? null : environment.Watchdog;

    /// <summary>Whether there is somebody to tell.</summary>
    internal bool IsEnabled => _socket is not null;

    /// <summary>The service is ready.</summary>
    internal bool Ready() => Send("READY=1");

    /// <summary>The service stops.</summary>
    internal bool Stopping() => Send("STOPPING=1");

    /// <summary>The service makes progress.</summary>
    internal bool Alive() => Send("WATCHDOG=1");

    /// <summary>What <c>systemctl status</c> shows.</summary>
    /// <param name="text">Made one line, and cut at 1,024 bytes.</param>
    internal bool Status(string text)
    {
        var line = new StringBuilder("STATUS=", text.Length + 8);
        int size = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            size += rune.Utf8SequenceLength;
            if (size > MaxStatus)
                break;
            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return Send(line.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private static Socket? Open()
    {
        try
        {
            return new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private bool Send(string message)
    {
        if (_socket is null)
            return false;
        try
        {
            // A new end point each time: a restarted systemd listens on another socket of the same name.
            string name = environment.NotifySocket!;
            var to = new UnixDomainSocketEndPoint(name[0] == '@' ? $"\0{name.AsSpan(1)}" : name);
            _socket.SendTo(Encoding.UTF8.GetBytes(message), to);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException or ObjectDisposedException)
        {
            return false;
        }
    }
}
