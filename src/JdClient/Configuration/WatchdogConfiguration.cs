namespace JdClient.Configuration;

/// <summary>When the daemon says that something is wrong with itself or around it (<c>[watchdog]</c>).</summary>
public sealed record WatchdogConfiguration
{
    /// <summary>
    /// The channel manager holds no event for longer than this; beyond it the daemon says so, is not ready, and gives systemd
    /// no sign of life (<c>actor_stall_secs</c>). Default 10 s.
    /// </summary>
    public TimeSpan ActorStall { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time after the start within which a template should be there (<c>first_template_secs</c>). Default 60 s.</summary>
    public TimeSpan FirstTemplate { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A template older than this is worth a word (<c>template_age_secs</c>). Default 1,800 s: blocks come every ten minutes,
    /// better fees more often.
    /// </summary>
    public TimeSpan TemplateAge { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Time without any share from open channels, and at least the time in which 20 are due (<c>no_shares_secs</c>).
    /// Default 300 s.
    /// </summary>
    public TimeSpan NoShares { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Time in which valid shares, worth at least 20 of the pool's, lead to none sent there (<c>not_forwarded_secs</c>).
    /// Default 120 s.
    /// </summary>
    public TimeSpan NotForwarded { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time in which a pool answers none of at least 20 shares sent to it (<c>no_answers_secs</c>). Default 300 s.</summary>
    public TimeSpan NoAnswers { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// systemd is told that the service is ready when miners can connect and have work, at the latest after this time
    /// (<c>ready_wait_secs</c>). Default 60 s: a start whose node is still catching up must not be taken for a failed one.
    /// </summary>
    public TimeSpan ReadyWait { get; init; } = TimeSpan.FromSeconds(60);
}
