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

    /// <summary>Of several providers together.</summary>
    internal static TemplateProviderCounters Sum(IEnumerable<TemplateProviderCounters> providers) => providers.Aggregate((a, b) =>
        new TemplateProviderCounters
        {
            Connections = a.Connections + b.Connections,
            Constraints = a.Constraints + b.Constraints,
            Templates = a.Templates + b.Templates,
            PrevHashes = a.PrevHashes + b.PrevHashes,
            TransactionDataServed = a.TransactionDataServed + b.TransactionDataServed,
            TransactionDataRefused = a.TransactionDataRefused + b.TransactionDataRefused,
            Solutions = a.Solutions + b.Solutions,
            BlocksAccepted = a.BlocksAccepted + b.BlocksAccepted,
            BlocksDuplicate = a.BlocksDuplicate + b.BlocksDuplicate,
            BlocksStale = a.BlocksStale + b.BlocksStale,
            UnknownTemplates = a.UnknownTemplates + b.UnknownTemplates,
            Refusals = a.Refusals.AddRange(b.Refusals),
            Violations = a.Violations.AddRange(b.Violations),
        });
}
