using System.Collections.Frozen;
using System.Net;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using JdClient.Status;
using Microsoft.Extensions.Logging;

namespace JdClient.Monitoring.Telemetry;

/// <summary>
/// Searches the configured networks for mining devices and asks those whose connection is known how they are
/// (reference-behaviour 9.4). One task, outside of mining: it reads the snapshot of the connections and publishes an
/// immutable list. Each question has a deadline, so many are under way at a time, and no more; a search that takes longer
/// than the time between two is followed by the next one at once.
/// </summary>
internal sealed class MinerTelemetrySearch(
    JdcConfiguration configuration, DaemonStatus daemon, TimeProvider time, ILogger<MinerTelemetrySearch> log)
{
    /// <summary>From the begin of a search to that of the next.</summary>
    internal static readonly TimeSpan SearchInterval = TimeSpan.FromSeconds(60);

    /// <summary>How long a device may take to answer one question.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    /// <summary>Addresses asked at a time.</summary>
    private const int MaxAtATime = 64;

    private readonly DeviceClient _client = new(configuration.MinerTelemetry.Port, Deadline, time);
    private FrozenDictionary<SessionId, ClientTelemetry> _known = FrozenDictionary<SessionId, ClientTelemetry>.Empty;

    /// <summary>What is known of a connection's device; null where none is searched for, as for a translator's.</summary>
    internal ClientTelemetry? Find(SessionId session) => Volatile.Read(ref _known).GetValueOrDefault(session);

    /// <summary>All that is known; another object when it has changed.</summary>
    internal object Version => Volatile.Read(ref _known);

    /// <summary>Runs until the token is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        IPAddress[] addresses = [.. configuration.MinerTelemetry.Cidrs.SelectMany(Hosts).Distinct()];
        int port = (await daemon.Listening.WaitAsync(cancellationToken)).Port;
        log.TelemetrySearches(addresses.Length);
        IReadOnlyList<FoundDevice> devices = [];
        long? searchedAt = null;
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            if (searchedAt is not { } at || time.GetElapsedTime(at) >= SearchInterval)
            {
                searchedAt = time.GetTimestamp();
                devices = await SearchAsync(addresses, cancellationToken);
            }

            await RefreshAsync(TelemetryMatch.Match(daemon.Downstream.Sessions, devices, port), cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>The addresses of a network that a device can have: not its first and last, unless it has no others.</summary>
    internal static IEnumerable<IPAddress> Hosts(IPNetwork network)
    {
        byte[] bytes = network.BaseAddress.GetAddressBytes();
        uint first = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
        int bits = 32 - network.PrefixLength;
        (uint from, uint to) = bits >= 2 ? (first + 1, first + (1u << bits) - 2) : (first, first + (1u << bits) - 1);
        for (uint address = from; ; address++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
            yield return new IPAddress(bytes);
            if (address == to)
                yield break;
        }
    }

    private TimeSpan Interval => configuration.Monitoring.CacheRefresh;

    private async Task<IReadOnlyList<FoundDevice>> SearchAsync(IPAddress[] addresses, CancellationToken cancellationToken)
    {
        var found = new IReadOnlyList<DevicePool>?[addresses.Length];
        await Parallel.ForAsync(0, addresses.Length, Parallelism(cancellationToken), async (i, token) =>
            found[i] = await _client.AskPoolsAsync(addresses[i], token));
        FoundDevice[] devices = [.. addresses.Zip(found).Where(pair => pair.Second is not null)
            .Select(pair => new FoundDevice(pair.First, pair.Second!))];
        log.TelemetryFound(devices.Length, addresses.Length);
        return devices;
    }

    private async Task RefreshAsync(
        IReadOnlyList<(SessionId Session, MinerTelemetryStatus Status, IPAddress? Device)> matches, CancellationToken cancellationToken)
    {
        var known = new KeyValuePair<SessionId, ClientTelemetry>[matches.Count];
        await Parallel.ForAsync(0, matches.Count, Parallelism(cancellationToken), async (i, token) =>
        {
            (SessionId session, MinerTelemetryStatus status, IPAddress? device) = matches[i];
            MinerTelemetry? telemetry = device is null ? null : await _client.AskTelemetryAsync(device, token);
            if (device is not null && telemetry is null)
                status = MinerTelemetryStatus.FetchFailed;
            known[i] = new(session, new ClientTelemetry(status, device?.ToString(), telemetry));
        });
        Volatile.Write(ref _known, known.ToFrozenDictionary());
    }

    private static ParallelOptions Parallelism(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = MaxAtATime, CancellationToken = cancellationToken };
}
