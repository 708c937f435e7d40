namespace JdClient.Core;

/// <summary>Bounds of what the core keeps. What happens at a bound stands at each.</summary>
public sealed record CoreLimits
{
    /// <summary>Open channels of one connection; one more is refused.</summary>
    public int ChannelsPerSession { get; init; } = 4096;

    /// <summary>Open channels of all connections; one more is refused. 65,280 is the number of local extranonce prefixes.</summary>
    public int Channels { get; init; } = 65_280;

    /// <summary>Requests of one connection to open a channel while there is no work yet; one more is refused.</summary>
    public int PendingOpensPerSession { get; init; } = 64;

    /// <summary>Such requests of all connections; one more is refused.</summary>
    public int PendingOpens { get; init; } = 16_384;

    /// <summary>
    /// How long a connection may be without a channel; then it is closed. Long, because a proxy waits here for its first miner.
    /// </summary>
    public TimeSpan NoChannel { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Future templates kept; the oldest makes room.</summary>
    public int FutureTemplates { get; init; } = 8;

    /// <summary>Templates of the present tip kept; the oldest makes room. Jobs made of it stay good.</summary>
    public int TemplatesPerTip { get; init; } = 32;

    /// <summary>
    /// Templates of one provider whose transactions are asked for at the same time; the oldest makes room and its answer is
    /// then ignored, unless a block of it was found.
    /// </summary>
    public int TransactionRequests { get; init; } = 128;

    /// <summary>Declarations and custom jobs of the present tip without an answer; further templates wait, the newest first.</summary>
    public int DeclarationsInFlight { get; init; } = 4;

    /// <summary>Those of former tips included whose answer is still due.</summary>
    public int DeclarationsAwaited { get; init; } = 64;

    /// <summary>Tokens kept in stock.</summary>
    public int TokenStock { get; init; } = 2;

    /// <summary>Shares that wait for the pool's acknowledgement of their job; the one with the highest hash makes room.</summary>
    public int CachedShares { get; init; } = 20_000;

    /// <summary>Found blocks that wait for a template provider; the oldest makes room (it stays in the journal).</summary>
    public int WaitingBlocks { get; init; } = 64;

    /// <summary>Hashes of shares kept for one channel to notice duplicates; at the bound the older half is forgotten.</summary>
    public int ShareHashesPerChannel { get; init; } = 16_384;

    /// <summary>
    /// Shortest time between two rounds in which channels are given their work again because their target has changed, and
    /// between two jobs that a pool is asked to take again for that reason. A target acts on later jobs only (spec 05,
    /// SetTarget), and the next template may be far away.
    /// </summary>
    public TimeSpan ReissueInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// By which factor a target must have changed for that: a miner's must have become harder, one that became easier always
    /// counts; a pool's either way.
    /// </summary>
    public double ReissueFactor { get; init; } = 1.5;
}
