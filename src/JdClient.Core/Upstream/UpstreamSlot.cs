using JdClient.Core.Engine;

namespace JdClient.Core.Upstream;

/// <summary>One configured upstream: its health and, while there is one, the session with it. Owned by the fallback policy.</summary>
internal sealed class UpstreamSlot(UpstreamOptions options)
{
    // In a row, by kind: what is known of one kind says nothing about another.
    private readonly int[] _failures = new int[Enum.GetValues<UpstreamHealth>().Length];

    private int _drops;
    private bool _restsAsSpare;
    private (UpstreamState State, UpstreamHealth Health, string Reason, DateTimeOffset? RetryAt, DateTimeOffset? TakesWorkAt) _noted;

    /// <summary>What effects and reports name it by; says nothing about its place among the others.</summary>
    public int Id => Options.Id;

    /// <summary>Its configuration.</summary>
    public UpstreamOptions Options { get; } = options;

    /// <summary>The source that miners on it work for.</summary>
    public WorkSource Source { get; } = new(options.Id, options.Name);

    /// <summary>The present connection to it.</summary>
    public UpstreamSession? Session { get; set; }

    /// <summary>How it is judged.</summary>
    public UpstreamHealth Health { get; private set; }

    /// <summary>Failures that are not forgiven, of every kind.</summary>
    public int Failures => _failures.Sum();

    /// <summary>How often it had the work and lost it by a failure, since that was last forgiven.</summary>
    public int Losses { get; private set; }

    /// <summary>
    /// How long it was up, all in all, on connections that it ended while it waited to take the work from a worse one. Nothing
    /// else has happened to it since.
    /// </summary>
    public TimeSpan Proven { get; set; }

    /// <summary>Not to be tried before.</summary>
    public DateTimeOffset? RetryAt { get; private set; }

    /// <summary>Why it is as it is, for people.</summary>
    public string Reason { get; private set; } = "not tried yet";

    /// <summary>What it does.</summary>
    public UpstreamState State { get; private set; } = UpstreamState.Waiting;

    /// <summary>Since when it does that.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>When it takes the work, if it stays up; null when nothing of the kind is under way.</summary>
    public DateTimeOffset? TakesWorkAt { get; private set; }

    /// <summary>What went wrong last; null when nothing has.</summary>
    public string? LastError { get; private set; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastErrorAt { get; private set; }

    /// <summary>Where the pool asked to be reached instead.</summary>
    public PeerEndpoint? PoolRedirect { get; set; }

    /// <summary>Where the job declarator asked to be reached instead.</summary>
    public PeerEndpoint? JobDeclaratorRedirect { get; set; }

    /// <summary>Redirects followed since it was last active.</summary>
    public int Redirects { get; set; }

    /// <summary>Whether it may be tried; a rest that it took while it was not needed ends when it is.</summary>
    public bool IsDue(DateTimeOffset now, bool isNeeded) => RetryAt is not { } at || at <= now || (isNeeded && _restsAsSpare);

    /// <summary>A session with it begins.</summary>
    public void Try(UpstreamSession session)
    {
        Session = session;
        RetryAt = null;
    }

    /// <summary>Both links are set up.</summary>
    public void Reached()
    {
        if (Health == UpstreamHealth.Unreachable)
            Health = UpstreamHealth.Fit;
    }

    /// <summary>Notes a failure and sets the time of the next try.</summary>
    /// <param name="health">Its kind.</param>
    /// <param name="reason">For people.</param>
    /// <param name="wasMinedFor">The work is lost with it.</param>
    /// <param name="now">The time.</param>
    /// <param name="fallback">How long to rest.</param>
    /// <param name="jitter">Randomness of that.</param>
    public void Fail(
        UpstreamHealth health, string reason, bool wasMinedFor, DateTimeOffset now, FallbackOptions fallback, Jitter jitter)
    {
        Health = health;
        Proven = TimeSpan.Zero;
        if (wasMinedFor)
            Losses++;
        int failures = ++_failures[(int)health];
        TimeSpan rest = health switch
        {
            UpstreamHealth.Refuses => RetryDelay.After(failures, fallback.RefusesBase, fallback.RefusesMax),
            UpstreamHealth.Misbehaves => RetryDelay.After(failures, fallback.MisbehavesBase, fallback.MisbehavesMax),
            _ => RetryDelay.After(failures, fallback.UnreachableBase, fallback.UnreachableMax),
        };
        RestFor(rest, reason, now, fallback, jitter);
        _restsAsSpare = false;
    }

    /// <summary>
    /// The connection to it ended while it was not needed, as peers do with idle ones: no failure, but tried again with
    /// pauses that grow as long as it does not stay.
    /// </summary>
    /// <param name="reason">For people.</param>
    /// <param name="readyAt">Since when it had been up.</param>
    /// <param name="now">The time.</param>
    /// <param name="fallback">How long to rest.</param>
    /// <param name="jitter">Randomness of that.</param>
    public void Rest(string reason, DateTimeOffset readyAt, DateTimeOffset now, FallbackOptions fallback, Jitter jitter)
    {
        _drops = now - readyAt >= fallback.StabilityTime ? 1 : _drops + 1;
        RestFor(RetryDelay.After(_drops, fallback.UnreachableBase, fallback.UnreachableMax), reason, now, fallback, jitter);
        _restsAsSpare = true;
    }

    /// <summary>It works: nothing is held against it, though its failures are not yet forgotten.</summary>
    public void Works()
    {
        Health = UpstreamHealth.Fit;
        Proven = TimeSpan.Zero;
        Redirects = 0;
    }

    /// <summary>It has worked for long: its failures are forgotten.</summary>
    public void Forgive()
    {
        Array.Clear(_failures);
        Losses = 0;
    }

    /// <summary>Takes note of what it does; false when nothing is new about it.</summary>
    public bool Note(UpstreamState state, string reason, DateTimeOffset? takesWorkAt, DateTimeOffset now)
    {
        var noted = (state, Health, reason, RetryAt, takesWorkAt);
        if (noted == _noted)
            return false;
        _noted = noted;
        if (state != State)
            Since = now;
        State = state;
        Reason = reason;
        TakesWorkAt = takesWorkAt;
        return true;
    }

    private void RestFor(TimeSpan rest, string reason, DateTimeOffset now, FallbackOptions fallback, Jitter jitter)
    {
        PoolRedirect = null;
        JobDeclaratorRedirect = null;
        LastError = reason;
        LastErrorAt = now;
        RetryAt = now + jitter.Around(rest, fallback.Jitter);
    }
}
