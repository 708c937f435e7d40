using JdClient.Core;

namespace JdClient.Statistics;

/// <summary>
/// Counts <see cref="LifetimeTotals"/> from the channel manager's reports, on from those of earlier runs. At most
/// <see cref="MaxWorkers"/> workers are told apart, as miners choose their names: the one longest without a valid share makes room.
/// Written by the actor's thread, read by any; neither holds up the other for longer than a copy takes.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class StatisticsBook(TimeProvider time)
{
    /// <summary>Workers told apart.</summary>
    internal const int MaxWorkers = 1000;

    /// <summary>Name of the sum of all others.</summary>
    private const string OtherWorkers = "other";

    // Touched by the actor's thread alone.
    private readonly Dictionary<SessionId, Dictionary<uint, string>> _channels = [];

    // All below guarded by _lock. Workers: the last heard of first.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<WorkerCount>> _workers = new(StringComparer.Ordinal);
    private readonly LinkedList<WorkerCount> _byLastShare = [];
    private WorkerCount? _others;
    private DateTimeOffset _since = time.GetUtcNow();
    private BestShare? _best;
    private long _accepted;
    private long _rejected;
    private long _acceptedUpstream;
    private long _rejectedUpstream;
    private long _blocksFound;
    private double _work;

    /// <summary>Goes on from the sums of earlier runs; before the first report.</summary>
    internal void Continue(LifetimeTotals earlier)
    {
        lock (_lock)
        {
            _since = earlier.Since;
            _best = earlier.Best;
            (_accepted, _rejected, _work) = (earlier.Accepted, earlier.Rejected, earlier.Work);
            (_acceptedUpstream, _rejectedUpstream) = (earlier.AcceptedUpstream, earlier.RejectedUpstream);
            _blocksFound = earlier.BlocksFound;
            _others = earlier.Others is { } others ? new WorkerCount(others) : null;
            foreach (WorkerTotals worker in earlier.Workers.Take(MaxWorkers))
                _workers.TryAdd(worker.UserIdentity, _byLastShare.AddLast(new WorkerCount(worker)));
        }
    }

    /// <summary>The sums of now.</summary>
    internal LifetimeTotals Read()
    {
        lock (_lock)
        {
            return new LifetimeTotals
            {
                Since = _since,
                Accepted = _accepted,
                Rejected = _rejected,
                AcceptedUpstream = _acceptedUpstream,
                RejectedUpstream = _rejectedUpstream,
                Work = _work,
                BlocksFound = _blocksFound,
                Best = _best,
                Workers = [.. _byLastShare.Select(static worker => worker.Read())],
                Others = _others?.Read(),
            };
        }
    }

    /// <summary>Counts what the report tells; others are nothing to it.</summary>
    internal void Observe(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.ShareAccepted share:
                OnAccepted(share);
                break;
            case CoreReport.ShareRejected share:
                OnRejected(share);
                break;
            case CoreReport.UpstreamSharesAccepted shares:
                lock (_lock)
                    _acceptedUpstream += shares.Count;
                break;
            case CoreReport.UpstreamShareRejected:
                lock (_lock)
                    _rejectedUpstream++;
                break;
            case CoreReport.BlockFound:
                lock (_lock)
                    _blocksFound++;
                break;
            case CoreReport.ChannelOpened opened:
                if (!_channels.TryGetValue(opened.Session, out Dictionary<uint, string>? channels))
                    _channels.Add(opened.Session, channels = []);
                channels[opened.Channel] = opened.UserIdentity;
                break;
            case CoreReport.ChannelClosed closed:
                _channels.GetValueOrDefault(closed.Session)?.Remove(closed.Channel);
                break;
            case CoreReport.SessionClosed closed:
                _channels.Remove(closed.Session);
                break;
        }
    }

    private void OnAccepted(CoreReport.ShareAccepted share)
    {
        DateTimeOffset now = time.GetUtcNow();
        string name = share.Worker ?? ChannelName(share.Session, share.Channel) ?? OtherWorkers;
        lock (_lock)
        {
            _accepted++;
            _work += share.Difficulty;
            if (share.HashDifficulty > (_best?.Difficulty ?? 0))
                _best = new BestShare(share.HashDifficulty, name, now);
            Worker(name, now).Add(share.Difficulty, share.HashDifficulty, now);
        }
    }

    private void OnRejected(CoreReport.ShareRejected share)
    {
        string? name = ChannelName(share.Session, share.Channel);
        lock (_lock)
        {
            _rejected++;

            // A name has its place by work alone.
            if (name is not null && _workers.TryGetValue(name, out LinkedListNode<WorkerCount>? worker))
                worker.Value.Rejected++;
        }
    }

    private WorkerCount Worker(string name, DateTimeOffset now)
    {
        if (_workers.TryGetValue(name, out LinkedListNode<WorkerCount>? known))
        {
            _byLastShare.Remove(known);
            _byLastShare.AddFirst(known);
            return known.Value;
        }

        if (_workers.Count == MaxWorkers)
        {
            WorkerCount silent = _byLastShare.Last!.Value;
            _byLastShare.RemoveLast();
            _workers.Remove(silent.UserIdentity);
            _others ??= new WorkerCount(OtherWorkers, silent.FirstShareAt);
            _others.Add(silent);
        }

        var worker = new WorkerCount(name, now);
        _workers.Add(name, _byLastShare.AddFirst(worker));
        return worker;
    }

    private string? ChannelName(SessionId session, uint channel) =>
        _channels.TryGetValue(session, out Dictionary<uint, string>? channels) ? channels.GetValueOrDefault(channel) : null;

    private sealed class WorkerCount(string userIdentity, DateTimeOffset firstShareAt)
    {
        private long _accepted;
        private double _work;
        private double _bestDifficulty;
        private DateTimeOffset _lastShareAt = firstShareAt;

        internal WorkerCount(WorkerTotals earlier)
            : this(earlier.UserIdentity, earlier.FirstShareAt)
        {
            (_accepted, Rejected, _work) = (earlier.Accepted, earlier.Rejected, earlier.Work);
            (_bestDifficulty, _lastShareAt) = (earlier.BestDifficulty, earlier.LastShareAt);
        }

        internal string UserIdentity => userIdentity;

        internal DateTimeOffset FirstShareAt { get; private set; } = firstShareAt;

        internal long Rejected { get; set; }

        internal void Add(double work, double difficulty, DateTimeOffset now)
        {
            _accepted++;
            _work += work;
            _bestDifficulty = Math.Max(_bestDifficulty, difficulty);
            _lastShareAt = now;
        }

        internal void Add(WorkerCount other)
        {
            _accepted += other._accepted;
            Rejected += other.Rejected;
            _work += other._work;
            _bestDifficulty = Math.Max(_bestDifficulty, other._bestDifficulty);
            if (other.FirstShareAt < FirstShareAt)
                FirstShareAt = other.FirstShareAt;
            if (other._lastShareAt > _lastShareAt)
                _lastShareAt = other._lastShareAt;
        }

        internal WorkerTotals Read() => new()
        {
            UserIdentity = userIdentity,
            Accepted = _accepted,
            Rejected = Rejected,
            Work = _work,
            BestDifficulty = _bestDifficulty,
            FirstShareAt = FirstShareAt,
            LastShareAt = _lastShareAt,
        };
    }
}
