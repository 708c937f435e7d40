using System.Collections.Immutable;
using JdClient.Core;
using Sv2.Protocol.Mining;
using Testbed.Miners;
using Testbed.Pools;

namespace Testbed.Farms;

/// <summary>
/// Notes each change of the work source and how long it took until every channel had the new work. A daemon in this process
/// tells by its reports; of another one, what extended jobs pay is seen. A daemon's job ids only grow. From any thread.
/// </summary>
internal sealed class FallbackWatch(IReadOnlyList<PoolSite> sites, bool hasReports, TimeProvider time)
{
    internal const string Solo = "solo";

    private const int MaxFallbacks = 1000;
    private const int MaxJobs = 4096;
    private const int RecentWork = 8;

    // A loss that the daemon does not name was caused by what was done to its peers a moment ago.
    private static readonly TimeSpan EvidenceLifetime = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private readonly Dictionary<(string Device, uint Channel), Queue<TakenWork>> _channels = [];
    private readonly Dictionary<uint, (WorkSource Source, Declared Declared)> _jobs = [];
    private readonly Queue<uint> _jobOrder = new();
    private readonly HashSet<Declared> _acknowledged = [];
    private readonly HashSet<string> _acknowledgedOutputs = [];
    private readonly HashSet<U256> _incomplete = [];
    private readonly List<uint> _issued = [];
    private readonly List<Fallback> _fallbacks = [];
    private readonly List<Pending> _pending = [];
    private WorkSource? _issuedFor;
    private string _source = Solo;
    private uint _newestSeen;
    private long? _evidence;

    /// <summary>Whom miners work for: a pool's name, or "solo".</summary>
    public string Source
    {
        get
        {
            lock (_lock)
                return _source;
        }
    }

    /// <summary>All changes so far, oldest first; beyond 1,000 only the first ones.</summary>
    public ImmutableArray<Fallback> Fallbacks
    {
        get
        {
            lock (_lock)
                return [.. _fallbacks];
        }
    }

    /// <summary>Whether a block was found for a template whose transactions the daemon was never given.</summary>
    public bool IsIncomplete(U256 block)
    {
        lock (_lock)
            return _incomplete.Contains(block);
    }

    /// <summary>Something was done to a peer that ends its connections.</summary>
    public void NoteStrike()
    {
        lock (_lock)
            _evidence = time.GetTimestamp();
    }

    /// <summary>A report of the daemon.</summary>
    public void OnReport(CoreReport report)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            switch (report)
            {
                case CoreReport.DeadlineMissed or CoreReport.PeerViolation or CoreReport.UpstreamShareRejected:
                case CoreReport.DeclarationRefused { Decision: RefusalDecision.LeaveUpstream }:
                case CoreReport.CustomJobRefused { Decision: RefusalDecision.LeaveUpstream }:
                    _evidence = now;
                    break;
                case CoreReport.CustomJobAcknowledged acknowledged:
                    _acknowledged.Add(new Declared(acknowledged.UpstreamId, acknowledged.Provider, acknowledged.TemplateId));
                    break;
                case CoreReport.BlockFound { Block: { Transactions: null } block }:
                    _incomplete.Add(block.BlockHash);
                    break;
                case CoreReport.BlockCompleted { Block: { } block }:
                    _incomplete.Remove(block.BlockHash);
                    break;
                case CoreReport.JobIssued issued:
                    OnIssued(issued);
                    break;
                case CoreReport.WorkSourceChanged changed:
                    OnChanged(changed.From.Name, changed.To.Name, changed.Reason, _issued.Count == 0 ? null : _issued[0], now);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>
    /// A pool has acknowledged a job. From outside it is known again by its outputs, of which one commits to its transactions.
    /// </summary>
    public void OnAcknowledged(SetCustomMiningJob job)
    {
        if (hasReports)
            return;
        lock (_lock)
            _acknowledgedOutputs.Add(Convert.ToHexString(job.CoinbaseTxOutputs.Span));
    }

    /// <summary>A channel has begun to work on a job.</summary>
    public void OnWork(TakenWork work)
    {
        lock (_lock)
        {
            if (!_channels.TryGetValue((work.Device, work.Channel), out Queue<TakenWork>? recent))
                _channels[(work.Device, work.Channel)] = recent = new Queue<TakenWork>();
            recent.Enqueue(work);
            if (recent.Count > RecentWork)
                recent.Dequeue();
            if (!hasReports)
                OnSeen(work);
            for (int i = _pending.Count - 1; i >= 0; i--)
                Serve(_pending[i], work);
        }
    }

    /// <summary>A device has lost its connection and its channels.</summary>
    public void OnDisconnected(string device)
    {
        lock (_lock)
        {
            foreach ((string Device, uint Channel) key in _channels.Keys.Where(key => key.Device == device).ToList())
                _channels.Remove(key);
        }
    }

    /// <summary>The pool that a share was mined for and that stood behind its job; null for solo work or where it cannot be told.</summary>
    public PoolSite? PoolOf(MinerShare share)
    {
        lock (_lock)
        {
            string? source = hasReports
                ? _jobs.TryGetValue(share.JobId, out (WorkSource Source, Declared Declared) job) && _acknowledged.Contains(job.Declared)
                    ? job.Source.Name
                    : null
                : IsAcknowledged(share.CoinbaseSuffix)
                    ? PaidBy(share.CoinbaseSuffix)
                    : null;
            return sites.FirstOrDefault(site => site.Name == source);
        }
    }

    // The jobs of a change come right before it is reported: those for one source that were not followed by another's.
    private void OnIssued(CoreReport.JobIssued issued)
    {
        if (issued.Source != _issuedFor)
            _issued.Clear();
        _issuedFor = issued.Source;
        if (_jobs.TryAdd(issued.JobId, (issued.Source, new Declared(issued.Source.UpstreamId, issued.Provider, issued.TemplateId))))
            _jobOrder.Enqueue(issued.JobId);
        if (_jobOrder.Count > MaxJobs)
            _jobs.Remove(_jobOrder.Dequeue());
        if (!issued.Future && (_issued.Count == 0 || issued.Source.Name != _source))
            _issued.Add(issued.JobId);
    }

    // A channel that is behind the others still takes what they have left already.
    private void OnSeen(TakenWork work)
    {
        if (work.JobId < _newestSeen || PaidBy(work.CoinbaseSuffix) is not { } source)
            return;
        _newestSeen = work.JobId;
        if (source != _source)
            OnChanged(_source, source, "seen from outside", work.JobId, work.At);
    }

    private void OnChanged(string from, string to, string reason, uint? firstJob, long now)
    {
        _source = to;
        long known = from != Solo && _evidence is { } evidence && time.GetElapsedTime(evidence, now) < EvidenceLifetime ? evidence : now;
        _evidence = null;
        if (_fallbacks.Count >= MaxFallbacks)
            return;
        _fallbacks.Add(new Fallback
        {
            Reason = reason,
            From = from,
            To = to,
            AtMs = (long)time.GetElapsedTime(_started, now).TotalMilliseconds,
        });
        if (firstJob is not { } first)
            return;
        IEnumerable<(string, uint)> waiting = _channels
            .Where(channel => hasReports || channel.Value.Last().CoinbaseSuffix is not null)
            .Select(channel => channel.Key);
        var pending = new Pending(_fallbacks.Count - 1, first, known, [.. waiting]);
        _pending.Add(pending);

        // Miners may have been quicker than the report.
        foreach (TakenWork work in _channels.Values.SelectMany(recent => recent).ToList())
            Serve(pending, work);
    }

    private void Serve(Pending pending, TakenWork work)
    {
        if (work.JobId < pending.FirstJob || !pending.Waiting.Remove((work.Device, work.Channel)))
            return;
        pending.LastAt = Math.Max(pending.LastAt, work.At);
        if (pending.Waiting.Count > 0)
            return;
        double gap = Math.Round(Math.Max(0, time.GetElapsedTime(pending.Known, pending.LastAt).TotalMilliseconds), 1);
        _fallbacks[pending.Index] = _fallbacks[pending.Index] with { GapMs = gap };
        _pending.Remove(pending);
    }

    // Between the extranonce and the outputs stands the sequence, after them the lock time.
    private bool IsAcknowledged(ReadOnlyMemory<byte>? coinbaseSuffix) =>
        coinbaseSuffix is { Length: > 8 } suffix && _acknowledgedOutputs.Contains(Convert.ToHexString(suffix.Span[4..^4]));

    // Standard jobs do not show their coinbase.
    private string? PaidBy(ReadOnlyMemory<byte>? coinbaseSuffix) => coinbaseSuffix is { } suffix
        ? sites.FirstOrDefault(site => suffix.Span.IndexOf(site.PayoutScript.Span) >= 0)?.Name ?? Solo
        : null;

    /// <summary>A template with a pool. Providers, and each of them after a restart, give the same ids again.</summary>
    private readonly record struct Declared(int? Upstream, LinkId Provider, ulong TemplateId);

    private sealed record Pending(int Index, uint FirstJob, long Known, HashSet<(string, uint)> Waiting)
    {
        public long LastAt { get; set; }
    }
}
