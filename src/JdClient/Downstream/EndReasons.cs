using System.Collections.Immutable;
using System.Text.Json;
using Sv2.Transport;

namespace JdClient.Downstream;

/// <summary>How far a downstream connection had come when it ended.</summary>
public enum EndStage
{
    /// <summary>It was not let in.</summary>
    Admission,

    /// <summary>It was let in and has not completed the handshake.</summary>
    Handshake,

    /// <summary>It was a miner's session.</summary>
    Session,
}

/// <summary>Connections that ended at a stage for a reason, since the start.</summary>
/// <param name="Stage">How far they had come.</param>
/// <param name="Reason">One of a fixed set, in snake_case.</param>
/// <param name="Count">How many.</param>
public readonly record struct EndCount(EndStage Stage, string Reason, long Count);

/// <summary>
/// Counts downstream connections by the reason of their end; each connection is counted exactly once,
/// those that the daemon's own stop ends excepted. Written by the
/// connections' tasks, read by anybody.
/// </summary>
public sealed class EndReasons
{
    private readonly long[] _refusals = new long[Enum.GetValues<AdmissionRefusal>().Length];
    private readonly long[] _failures = new long[Enum.GetValues<ConnectFailureReason>().Length];
    private readonly long[] _ends = new long[Enum.GetValues<ConnectionEndReason>().Length];

    /// <summary>The counts now, without those that are 0.</summary>
    public ImmutableArray<EndCount> Snapshot() =>
    [
        .. Of<AdmissionRefusal>(EndStage.Admission, _refusals),
        .. Of<ConnectFailureReason>(EndStage.Handshake, _failures),
        .. Of<ConnectionEndReason>(EndStage.Session, _ends),
    ];

    internal void Count(AdmissionRefusal refusal) => Interlocked.Increment(ref _refusals[(int)refusal]);

    internal void Count(ConnectFailureReason failure) => Interlocked.Increment(ref _failures[(int)failure]);

    internal void Count(ConnectionEndReason end) => Interlocked.Increment(ref _ends[(int)end]);

    private static IEnumerable<EndCount> Of<T>(EndStage stage, long[] counts)
        where T : struct, Enum
    {
        foreach (T reason in Enum.GetValues<T>())
        {
            long count = Volatile.Read(ref counts[Convert.ToInt32(reason, System.Globalization.CultureInfo.InvariantCulture)]);
            if (count > 0)
                yield return new EndCount(stage, JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()), count);
        }
    }
}
