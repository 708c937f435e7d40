using System.Collections.Immutable;

namespace Testbed.TemplateProviders;

/// <summary>What a template provider has seen and done.</summary>
public sealed record TemplateProviderCounters
{
    public int Connections { get; init; }

    public int Constraints { get; init; }

    public int Templates { get; init; }

    public int PrevHashes { get; init; }

    public int TransactionDataServed { get; init; }

    public int TransactionDataRefused { get; init; }

    /// <summary>SubmitSolution messages.</summary>
    public int Solutions { get; init; }

    public int BlocksAccepted { get; init; }

    public int BlocksDuplicate { get; init; }

    public int BlocksStale { get; init; }

    /// <summary>Solutions for a template that was never sent or has been forgotten.</summary>
    public int UnknownTemplates { get; init; }

    /// <summary>Why solutions were refused.</summary>
    public ImmutableList<string> Refusals { get; init; } = [];

    /// <summary>Messages a client should not have sent.</summary>
    public ImmutableList<string> Violations { get; init; } = [];
}
