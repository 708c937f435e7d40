using System.Collections.Immutable;
using System.Net;
using Testbed.Net;

namespace Testbed.JobDeclarators;

/// <summary>How a job declarator server behaves.</summary>
public sealed record JobDeclaratorOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public IPEndPoint Endpoint { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Its authority. Pool and job declarator of one upstream have the same one.</summary>
    public RoleKeys Keys { get; init; } = RoleKeys.Generate();

    /// <summary>Whether clients that keep their transactions to themselves are served.</summary>
    public bool AcceptCoinbaseOnly { get; init; } = true;

    /// <summary>Declarations that are kept for PushSolution.</summary>
    public int RecentJobs { get; init; } = 8;
}

/// <summary>Knobs that make a job declarator misbehave; may be turned at any time from any thread.</summary>
public sealed class JobDeclaratorFaults
{
    private volatile string? _refuseSetup;
    private volatile string? _refuseDeclarations;
    private volatile bool _noTokens;
    private volatile bool _hang;
    private long _answerDelayTicks;

    /// <summary>Error code for every SetupConnection.</summary>
    public string? RefuseSetup { get => _refuseSetup; set => _refuseSetup = value; }

    /// <summary>Error code for every declaration.</summary>
    public string? RefuseDeclarations { get => _refuseDeclarations; set => _refuseDeclarations = value; }

    /// <summary>Requests for tokens are not answered.</summary>
    public bool NoTokens { get => _noTokens; set => _noTokens = value; }

    /// <summary>Reads everything and answers nothing.</summary>
    public bool Hang { get => _hang; set => _hang = value; }

    /// <summary>Every answer waits so long.</summary>
    public TimeSpan AnswerDelay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _answerDelayTicks));
        set => Interlocked.Exchange(ref _answerDelayTicks, value.Ticks);
    }
}

/// <summary>What a job declarator has seen and done.</summary>
public sealed record JobDeclaratorCounters
{
    public int Connections { get; init; }

    public int TokensAllocated { get; init; }

    /// <summary>DeclareMiningJob messages.</summary>
    public int Declarations { get; init; }

    public int DeclarationsAccepted { get; init; }

    /// <summary>Refused declarations by error code.</summary>
    public ImmutableSortedDictionary<string, int> DeclarationsRefused { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Why the node would not have taken declared blocks.</summary>
    public ImmutableList<string> InvalidJobReasons { get; init; } = [];

    /// <summary>ProvideMissingTransactions messages.</summary>
    public int MissingRequests { get; init; }

    /// <summary>Transactions received in answer to them.</summary>
    public int TransactionsProvided { get; init; }

    /// <summary>PushSolution messages.</summary>
    public int Solutions { get; init; }

    /// <summary>Those that made a whole block the node took, now or before.</summary>
    public int BlocksAccepted { get; init; }

    public int BlocksStale { get; init; }

    /// <summary>Reject reasons of the others.</summary>
    public ImmutableList<string> BlockRefusals { get; init; } = [];

    /// <summary>Messages a client should not have sent.</summary>
    public ImmutableList<string> Violations { get; init; } = [];

    /// <summary>Of several job declarators together.</summary>
    internal static JobDeclaratorCounters Sum(IEnumerable<JobDeclaratorCounters> servers) => servers.Aggregate((a, b) =>
        new JobDeclaratorCounters
        {
            Connections = a.Connections + b.Connections,
            TokensAllocated = a.TokensAllocated + b.TokensAllocated,
            Declarations = a.Declarations + b.Declarations,
            DeclarationsAccepted = a.DeclarationsAccepted + b.DeclarationsAccepted,
            DeclarationsRefused = Pools.PoolCounters.Sum(a.DeclarationsRefused, b.DeclarationsRefused),
            InvalidJobReasons = a.InvalidJobReasons.AddRange(b.InvalidJobReasons),
            MissingRequests = a.MissingRequests + b.MissingRequests,
            TransactionsProvided = a.TransactionsProvided + b.TransactionsProvided,
            Solutions = a.Solutions + b.Solutions,
            BlocksAccepted = a.BlocksAccepted + b.BlocksAccepted,
            BlocksStale = a.BlocksStale + b.BlocksStale,
            BlockRefusals = a.BlockRefusals.AddRange(b.BlockRefusals),
            Violations = a.Violations.AddRange(b.Violations),
        });
}
