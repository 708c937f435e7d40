using JdClient.Core.Engine;

namespace JdClient.Core.Upstream;

/// <summary>One configured upstream: its health and, while there is one, the session with it. Owned by the fallback policy.</summary>
internal sealed class UpstreamSlot(int index, UpstreamOptions options)
{
    /// <summary>Its place in the configuration; smaller is better.</summary>
    public int Index { get; } = index;

    /// <summary>Its configuration.</summary>
    public UpstreamOptions Options { get; } = options;

    /// <summary>The source that miners on it work for.</summary>
    public WorkSource Source { get; } = new(index, options.Name);

    /// <summary>The present connection to it.</summary>
    public UpstreamSession? Session { get; set; }

    /// <summary>How it is judged.</summary>
    public UpstreamHealth Health { get; private set; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>Not to be tried before.</summary>
    public DateTimeOffset? RetryAt { get; private set; }

    /// <summary>Why it is as it is, for people.</summary>
    public string Reason { get; set; } = "not tried yet";

    /// <summary>What it does.</summary>
    public UpstreamState State { get; set; } = UpstreamState.Waiting;

    /// <summary>Where the pool asked to be reached instead.</summary>
    public PeerEndpoint? PoolRedirect { get; set; }

    /// <summary>Where the job declarator asked to be reached instead.</summary>
    public PeerEndpoint? JobDeclaratorRedirect { get; set; }

    /// <summary>Redirects followed since it was last active.</summary>
    public int Redirects { get; set; }

    /// <summary>Whether it may be tried.</summary>
    public bool IsDue(DateTimeOffset now) => RetryAt is not { } at || at <= now;

    /// <summary>Notes a failure and sets the time of the next try.</summary>
    public void Fail(UpstreamHealth health, string reason, DateTimeOffset now, FallbackOptions fallback, Jitter jitter)
    {
        Failures++;
        Health = health;
        Reason = reason;
        PoolRedirect = null;
        JobDeclaratorRedirect = null;
        TimeSpan rest = health switch
        {
            UpstreamHealth.Refuses => RetryDelay.After(Failures, fallback.RefusesBase, fallback.RefusesMax),
            UpstreamHealth.Misbehaves => RetryDelay.After(Failures, fallback.MisbehavesBase, fallback.MisbehavesMax),
            _ => RetryDelay.After(Failures, fallback.UnreachableBase, fallback.UnreachableMax),
        };
        RetryAt = now + jitter.Around(rest, fallback.Jitter);
    }

    /// <summary>It works: what was against it no longer keeps it from being tried.</summary>
    public void Works()
    {
        Health = UpstreamHealth.Fit;
        RetryAt = null;
        Redirects = 0;
    }

    /// <summary>It has worked for long: its failures are forgotten.</summary>
    public void Forgive() => Failures = 0;
}
