using System.Collections.Immutable;
using Sv2.Protocol;
using Testbed.Net;

namespace Testbed.Miners;

/// <summary>A share a device sent.</summary>
/// <param name="Device">Who.</param>
/// <param name="Hash">Its header's hash.</param>
/// <param name="IsBlock">Whether it meets the network target.</param>
/// <param name="JobId">Its job.</param>
/// <param name="JobSince">When its job came into force, a timestamp of the clock.</param>
/// <param name="FoundAt">When it was found, a timestamp of the clock.</param>
/// <param name="CoinbaseSuffix">What follows the extranonce in the job's coinbase; null on a standard channel.</param>
public sealed record MinerShare(
    string Device, U256 Hash, bool IsBlock, uint JobId, long JobSince, long FoundAt, ReadOnlyMemory<byte>? CoinbaseSuffix);

/// <summary>A channel of a device has begun to work on a job.</summary>
/// <param name="Device">Who.</param>
/// <param name="Channel">The channel's id.</param>
/// <param name="JobId">The job.</param>
/// <param name="At">When, a timestamp of the clock.</param>
/// <param name="CoinbaseSuffix">What follows the extranonce in the job's coinbase; null where a standard job came.</param>
public sealed record TakenWork(string Device, uint Channel, uint JobId, long At, ReadOnlyMemory<byte>? CoinbaseSuffix);

/// <summary>
/// A mining device: it really hashes, at a fixed modest rate, checks whether the server keeps to the protocol, and connects
/// again when it is disconnected. All members may be called from any thread.
/// </summary>
public sealed class MiningDevice(MiningDeviceOptions options, TimeProvider time)
{
    private const int MaxNotes = 100;

    private readonly Lock _lock = new();
    private MiningDeviceCounters _counters = new();
    private bool _hashing = true;
    private bool _hadWork;
    private long? _idleSince;

    /// <summary>Raised for every share sent, outside of locks.</summary>
    public event Action<MinerShare>? ShareSubmitted;

    /// <summary>Raised with the hash of every share the server acknowledged.</summary>
    public event Action<U256>? ShareAccepted;

    /// <summary>Raised with the hash of every share the server refused.</summary>
    public event Action<U256>? ShareRefused;

    /// <summary>Raised when a channel begins to work on a job, under the connection's lock.</summary>
    public event Action<TakenWork>? WorkTaken;

    /// <summary>Raised with its name when it has lost its connection.</summary>
    public event Action<string>? Disconnected;

    /// <summary>Its name.</summary>
    public string Name => options.UserIdentity;

    /// <summary>What it has done and seen so far.</summary>
    public MiningDeviceCounters Counters
    {
        get
        {
            lock (_lock)
                return _counters with { LongestIdle = Longest() };
        }
    }

    /// <summary>Whether it hashes; switched off, it keeps its connection and takes answers.</summary>
    public bool Hashing
    {
        get
        {
            lock (_lock)
                return _hashing;
        }
        set
        {
            lock (_lock)
                _hashing = value;
        }
    }

    /// <summary>Mines until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (int connection = 0; !cancellationToken.IsCancellationRequested; connection++)
        {
            var session = new MiningSession(this, options, time, new Random(unchecked((options.Seed * 7919) + connection)));
            (bool connected, string ending) = await RoleClient.RunAsync(options.Server, PeerRole.MiningServer, session, time,
                cancellationToken);
            if (cancellationToken.IsCancellationRequested)
                return;
            Update(counters => connected
                ? counters with
                {
                    Disconnects = counters.Disconnects + 1,
                    Endings = Note(counters.Endings, ending),
                    ChannelsOpen = 0,
                    SharesUnanswered = 0
                }
                : counters with { ConnectFailures = counters.ConnectFailures + 1 });
            SetWork(false);
            Disconnected?.Invoke(Name);
            try
            {
                await Task.Delay(options.ReconnectDelay, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    internal void Update(Func<MiningDeviceCounters, MiningDeviceCounters> change)
    {
        lock (_lock)
            _counters = change(_counters);
    }

    internal void Violation(string what) => Update(counters => counters with { Violations = Note(counters.Violations, what) });

    /// <summary>Notes whether every channel has work.</summary>
    internal void SetWork(bool hasWork)
    {
        lock (_lock)
        {
            _hadWork |= hasWork;
            if (hasWork)
            {
                _counters = _counters with { LongestIdle = Longest(), HasWork = true };
                _idleSince = null;
            }
            else if (_hadWork)
            {
                _counters = _counters with { HasWork = false };
                _idleSince ??= time.GetTimestamp();
            }
        }
    }

    internal void Took(uint channel, MinerJob job) =>
        WorkTaken?.Invoke(new TakenWork(Name, channel, job.Id, job.Timestamp, job.CoinbaseSuffix));

    internal void Submitted(U256 hash, bool isBlock, MinerJob job)
    {
        Update(counters => counters with
        {
            SharesSubmitted = counters.SharesSubmitted + 1,
            BlocksFound = counters.BlocksFound + (isBlock ? 1 : 0),
        });
        ShareSubmitted?.Invoke(new MinerShare(Name, hash, isBlock, job.Id, job.Timestamp, time.GetTimestamp(), job.CoinbaseSuffix));
    }

    internal void Accepted(U256 hash)
    {
        Update(counters => counters with { SharesAccepted = counters.SharesAccepted + 1 });
        ShareAccepted?.Invoke(hash);
    }

    internal void Refused(U256 hash) => ShareRefused?.Invoke(hash);

    private static ImmutableList<string> Note(ImmutableList<string> notes, string note) => notes.Count < MaxNotes ? notes.Add(note) : notes;

    private TimeSpan Longest()
    {
        TimeSpan idle = _idleSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;
        return idle > _counters.LongestIdle ? idle : _counters.LongestIdle;
    }
}
