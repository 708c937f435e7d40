namespace JdClient.Core;

/// <summary>
/// When upstreams and template providers are left, how long they rest, and when a better one takes the work back
/// (configuration section <c>[fallback]</c>). A delay is base × 2^(failures of its kind − 1), at most the maximum, ± jitter.
/// </summary>
public sealed record FallbackOptions
{
    /// <summary>
    /// The next fit upstream behind the present one is kept connected, with tokens in stock and its channel open, so that a
    /// switch costs no more than one declaration and one custom job (<c>standby</c>). Without effect where only one is configured.
    /// Default: yes.
    /// </summary>
    public bool Standby { get; init; } = true;

    /// <summary>
    /// While nobody is mined for: how long an upstream that is being connected or prepared keeps the work from the next one.
    /// Afterwards whoever acknowledges a job first gets it.
    /// </summary>
    public TimeSpan HeadStart { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Rest after an upstream could not be reached or was lost, first time.</summary>
    public TimeSpan UnreachableBase { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest rest of an upstream that cannot be reached.</summary>
    public TimeSpan UnreachableMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Rest after an upstream refused set-up, channel or job, first time.</summary>
    public TimeSpan RefusesBase { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest rest of an upstream that refuses.</summary>
    public TimeSpan RefusesMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Rest after an upstream broke the protocol or refused good shares, first time.</summary>
    public TimeSpan MisbehavesBase { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest rest of an upstream that misbehaves.</summary>
    public TimeSpan MisbehavesMax { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Share by which a rest is lengthened or shortened at random, 0 to 1.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>How long an upstream must have been active for its failures and losses to be forgotten.</summary>
    public TimeSpan ForgiveAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a better upstream must have been set up before it takes the work from another upstream. From solo it takes
    /// it at once. Doubled for each time, after the first, that it had the work and lost it, until that is forgiven.
    /// Connections that it ended while it only waited count together, as long as no attempt to reach it fails.
    /// </summary>
    public TimeSpan StabilityTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest <see cref="StabilityTime"/> of an upstream or template provider that gets the work and loses it again and
    /// again.
    /// </summary>
    public TimeSpan StabilityMax { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Refusals of shares that had been valid for an acknowledged job, within <see cref="RejectedShareWindow"/>, after
    /// which the upstream is left.
    /// </summary>
    public int RejectedShareLimit { get; init; } = 10;

    /// <summary>The window of <see cref="RejectedShareLimit"/>.</summary>
    public TimeSpan RejectedShareWindow { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Times that a template is tried again after "busy", "rate-limited" or a token error, before the upstream counts as
    /// refusing.
    /// </summary>
    public int RefusalRetries { get; init; } = 8;

    /// <summary>First pause before such a repetition; doubled each time.</summary>
    public TimeSpan RefusalRetryBase { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause before such a repetition.</summary>
    public TimeSpan RefusalRetryMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Reconnect messages in a row that are followed before the peer counts as misbehaving; a link that became active
    /// starts anew.
    /// </summary>
    public int RedirectLimit { get; init; } = 3;

    /// <summary>
    /// How long an upstream that calls every job stale is waited for. Afterwards it counts as refusing: what miners find for
    /// it meanwhile is worth nothing.
    /// </summary>
    public TimeSpan StaleLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Pause before a lost template provider is tried again, first time.</summary>
    public TimeSpan ProviderBase { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause before a template provider is tried again.</summary>
    public TimeSpan ProviderMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a template provider may say nothing before it is asked for a template. One that gives none is reconnected,
    /// one that gives one was only quiet, as a chain without transactions is.
    /// </summary>
    public TimeSpan ProviderSilence { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a template provider's tip may be behind that of another provider before the other one is mined from; and how
    /// long a pool may be on another tip before the provider is asked for a template.
    /// </summary>
    public TimeSpan ProviderBehind { get; init; } = TimeSpan.FromSeconds(10);
}
