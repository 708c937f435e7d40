using System.Net;
using JdClient.Core;

namespace JdClient.Monitoring.Telemetry;

/// <summary>A device that was found.</summary>
/// <param name="Address">Where.</param>
/// <param name="Pools">The pools that it is configured for and uses.</param>
internal sealed record FoundDevice(IPAddress Address, IReadOnlyList<DevicePool> Pools);

/// <summary>
/// Which device is which connection's (reference-behaviour 9.4): the one whose pool user is the user identity of the
/// connection's channels, and whose pool port is ours.
/// </summary>
internal static class TelemetryMatch
{
    /// <summary>Connections with their device; null where none can be told, with the reason.</summary>
    /// <param name="sessions">Connections of miners.</param>
    /// <param name="devices">What was found.</param>
    /// <param name="port">The port that miners connect to here.</param>
    internal static IReadOnlyList<(SessionId Session, MinerTelemetryStatus Status, IPAddress? Device)> Match(
        IEnumerable<SessionSnapshot> sessions, IReadOnlyList<FoundDevice> devices, int port)
    {
        (SessionId Id, string Worker)[] workers = [.. sessions.Where(session => !ClientKind.IsTranslator(session.Device))
            .Select(session => (session.Id, WorkerOf(session)))];
        Dictionary<string, int> connections = workers.CountBy(worker => worker.Worker).ToDictionary();
        ILookup<string, IPAddress> found = devices
            .SelectMany(
                device => device.Pools.Where(pool => pool.Port == port).Select(pool => pool.User).Distinct(),
                static (device, user) => (device.Address, user))
            .ToLookup(static pair => pair.user, static pair => pair.Address);
        return [.. workers.Select(worker =>
        {
            (MinerTelemetryStatus status, IPAddress? address) = Status(worker.Worker);
            return (worker.Id, status, address);
        })];

        (MinerTelemetryStatus Status, IPAddress? Address) Status(string worker)
        {
            if (worker.Length == 0)
                return (MinerTelemetryStatus.Unmatched, null);
            IPAddress[] candidates = [.. found[worker].Take(2)];
            if (connections[worker] > 1 || candidates.Length > 1)
                return (MinerTelemetryStatus.DuplicateWorkerName, null);
            return candidates is [var only] ? (MinerTelemetryStatus.Matched, only) : (MinerTelemetryStatus.Unmatched, null);
        }
    }

    // A device has one user; with several, or none, the connection is something else.
    private static string WorkerOf(SessionSnapshot session)
    {
        string[] users = [.. session.Channels.Select(channel => channel.UserIdentity).Distinct().Take(2)];
        return users is [var only] ? only : "";
    }
}
