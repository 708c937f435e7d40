namespace JdClient.Core;

/// <summary>How long each answer is waited for. What happens afterwards stands at each.</summary>
public sealed record DeadlineOptions
{
    /// <summary>From Connect to a usable link; the daemon should fail earlier. Afterwards the peer counts as unreachable.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>SetupConnection to pool and job declarator. Afterwards the upstream counts as unreachable.</summary>
    public TimeSpan Setup { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// RequestExtensions to the pool. Afterwards it is used without extensions, or counts as refusing when some are
    /// required.
    /// </summary>
    public TimeSpan Extensions { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>OpenExtendedMiningChannel. Afterwards the upstream counts as unreachable.</summary>
    public TimeSpan OpenChannel { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>AllocateMiningJobToken. Afterwards, if no token is in stock, the upstream counts as unreachable.</summary>
    public TimeSpan Token { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>DeclareMiningJob, anew at each ProvideMissingTransactions. Afterwards the upstream counts as unreachable.</summary>
    public TimeSpan Declaration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>SetCustomMiningJob. Afterwards the upstream counts as unreachable.</summary>
    public TimeSpan CustomJob { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>RequestTransactionData. Afterwards the template is not declared.</summary>
    public TimeSpan TransactionData { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The first template and prev-hash of a new provider. Afterwards it is reconnected (the next one, where several are
    /// configured).
    /// </summary>
    public TimeSpan FirstTemplate { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The template that a provider is asked for after a silence. Afterwards it is reconnected, and the next one mined from
    /// where several are configured.
    /// </summary>
    public TimeSpan TemplateAnswer { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>SetupConnection of a downstream. Afterwards it is closed.</summary>
    public TimeSpan MinerSetup { get; init; } = TimeSpan.FromSeconds(10);
}
