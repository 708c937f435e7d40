using System.Collections.Immutable;
using Sv2.Protocol;
using Testbed.Net;

namespace Testbed.Miners;

/// <summary>A share a device sent.</summary>
/// <param name="Device">Who.</param>
/// <param name="Hash">Its header's hash.</param>
/// <param name="IsBlock">Whether it meets the network target.</param>
/// <param name="JobSince">When its job came into force, a timestamp of the clock.</param>
public sealed record MinerShare(string Device, U256 Hash, bool IsBlock, long JobSince);

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

    internal void Submitted(U256 hash, bool isBlock, long jobSince)
    {
        Update(counters => counters with
        {
            SharesSubmitted = counters.SharesSubmitted + 1,
            BlocksFound = counters.BlocksFound + (isBlock ? 1 : 0),
        });
        ShareSubmitted?.Invoke(new MinerShare(Name, hash, isBlock, jobSince));
    }

    internal void Accepted(U256 hash)
    {
        Update(counters => counters with { SharesAccepted = counters.SharesAccepted + 1 });
        ShareAccepted?.Invoke(hash);
    }

    private static ImmutableList<string> Note(ImmutableList<string> notes, string note) => notes.Count < MaxNotes ? notes.Add(note) : notes;

    private TimeSpan Longest()
    {
        TimeSpan idle = _idleSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;
        return idle > _counters.LongestIdle ? idle : _counters.LongestIdle;
    }
}
