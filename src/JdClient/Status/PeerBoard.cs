using System.Collections.Immutable;
using JdClient.Core;

namespace JdClient.Status;

/// <summary>What kind of peer.</summary>
internal enum PeerKind
{
    Upstream,
    Provider,
}

/// <summary>What a peer's report means.</summary>
/// <param name="Peer">The peer, as it is now.</param>
/// <param name="IsFailure">Something went wrong.</param>
/// <param name="IsNews">It was not told lately; otherwise it is the repetition of what is known.</param>
/// <param name="Text">State and reason, with the culprit's role.</param>
internal sealed record PeerNews(PeerStatus Peer, bool IsFailure, bool IsNews, string Text);

/// <summary>
/// What every pool and template provider is doing, from the channel manager's reports. Written by the actor's thread
/// alone; <see cref="Find"/> may be called by any.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="isNode">Whether a template provider is a node's own socket.</param>
internal sealed class PeerBoard(TimeProvider time, Func<int, bool> isNode)
{
    /// <summary>What is known is told again after this time, for those who read only the newest lines.</summary>
    internal static readonly TimeSpan TellAgain = TimeSpan.FromHours(1);

    /// <summary>States and reasons remembered as told; more are forgotten all at once.</summary>
    private const int MaxTold = 16;

    private readonly Dictionary<(PeerKind, int), Told> _told = [];
    private readonly Dictionary<int, LinkRole> _culprits = [];
    private ImmutableDictionary<(PeerKind, int), PeerStatus> _peers = ImmutableDictionary<(PeerKind, int), PeerStatus>.Empty;

    /// <summary>A peer; null before its first report.</summary>
    internal PeerStatus? Find(PeerKind kind, int peer) => Volatile.Read(ref _peers).GetValueOrDefault((kind, peer));

    /// <summary>Takes a report; null where it changes no peer's state.</summary>
    internal PeerNews? Apply(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.UpstreamChanged r:
                string text = Text(r);
                bool failed = r.State == UpstreamState.Waiting && r.Health != UpstreamHealth.Fit;
                return Apply(PeerKind.Upstream, r.UpstreamId, failed, r.State == UpstreamState.Active, new PeerStatus
                {
                    Name = r.Name,
                    State = Lower(r.State),
                    Health = Lower(r.Health),
                    Since = default,
                    Reason = text,
                    RetryAt = r.State == UpstreamState.Waiting ? r.RetryAt : null,
                    TakesWorkAt = r.TakesWorkAt,
                    LastError = failed ? Error(text, Remedies.ForUpstream(r.Health, text)) : null,
                });
            case CoreReport.ProviderChanged r:
                string reason = Logging.Readable.Text(r.Reason, MaxText);
                bool isLost = r.State == ProviderState.Waiting;
                return Apply(PeerKind.Provider, r.Index, isLost, r.State == ProviderState.Active, new PeerStatus
                {
                    Name = r.Name,
                    State = Lower(r.State),
                    Since = default,
                    Reason = reason,
                    RetryAt = isLost ? r.RetryAt : null,
                    LastError = isLost ? Error(reason, Remedies.ForProvider(reason, isNode(r.Index))) : null,
                });
            case CoreReport.DeadlineMissed { Role: not LinkRole.TemplateProvider } r:
                _culprits[r.Peer] = r.Role;
                return null;
            case CoreReport.PeerViolation { Role: not LinkRole.TemplateProvider } r:
                _culprits[r.Peer] = r.Role;
                return null;
            default:
                return null;
        }
    }

    /// <summary>Longest reason kept; peers and the operating system write part of it.</summary>
    private const int MaxText = 300;

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private PeerError Error(string text, string fix) => new(time.GetUtcNow(), text, fix, 1);

    // A deadline or violation names its link in a report of its own; the state that follows from it does not.
    private string Text(CoreReport.UpstreamChanged report)
    {
        string reason = Logging.Readable.Text(report.Reason, MaxText);
        if (!_culprits.Remove(report.UpstreamId, out LinkRole role))
            return reason;
        string name = role == LinkRole.Pool ? "pool" : "job declarator";
        return reason.StartsWith(name, StringComparison.Ordinal) ? reason : $"{name}: {reason}";
    }

    private PeerNews Apply(PeerKind kind, int peer, bool isFailure, bool isActive, PeerStatus now)
    {
        DateTimeOffset at = time.GetUtcNow();
        PeerStatus? before = Find(kind, peer) is { } known && known.Name == now.Name ? known : null;
        now = now with
        {
            Since = before is not null && Phase(before.State) == Phase(now.State) ? before.Since : at,
            LastError = now.LastError is not { } error ? before?.LastError
                : before?.LastError is { } last && last.Text == error.Text && last.At >= before.Since
                    ? error with { Times = last.Times + 1 }
                    : error,
        };
        Volatile.Write(ref _peers, _peers.SetItem((kind, peer), now));
        return new PeerNews(now, isFailure, IsNews(kind, peer, isActive, now, at), now.Reason);
    }

    private bool IsNews(PeerKind kind, int peer, bool isActive, PeerStatus now, DateTimeOffset at)
    {
        if (!_told.TryGetValue((kind, peer), out Told? told) || told.Name != now.Name)
            _told[(kind, peer)] = told = new Told(now.Name);
        if (isActive)
        {
            // Whatever comes after it is news again.
            told.Times.Clear();
            return true;
        }

        var key = (now.State, now.Health, now.Reason);
        if (told.Times.TryGetValue(key, out DateTimeOffset last) && at - last < TellAgain)
            return false;
        if (told.Times.Count >= MaxTold)
            told.Times.Clear();
        told.Times[key] = at;
        return true;
    }

    // Trying and pausing alternate for as long as a peer is away: one state to those who read it.
    private static string Phase(string state) =>
        state == Lower(UpstreamState.Connecting) || state == Lower(UpstreamState.Waiting) ? "away" : state;

    private sealed record Told(string Name)
    {
        internal Dictionary<(string State, string? Health, string Reason), DateTimeOffset> Times { get; } = [];
    }
}
