using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core.Engine;

namespace JdClient.Core.Templates;

/// <summary>How far the transactions of a template are known.</summary>
internal enum TransactionsState
{
    /// <summary>Not asked for.</summary>
    Unknown,

    /// <summary>Asked for.</summary>
    Requested,

    /// <summary>Known.</summary>
    Known,

    /// <summary>The provider does not give them.</summary>
    Refused,
}

/// <summary>What is known of a template's transactions; shared by all tips that the template was put on.</summary>
internal sealed class TemplateTransactions
{
    /// <summary>How far they are known.</summary>
    public TransactionsState State { get; set; }

    /// <summary>Until when they are waited for.</summary>
    public Deadline? Deadline { get; set; }

    /// <summary>Requests that were given up without an answer, which may still come.</summary>
    public int Overdue { get; set; }

    /// <summary>How often they were refused while a block waited for them.</summary>
    public int Refusals { get; set; }

    /// <summary>A block of the template was found, and is kept without them until they come.</summary>
    public bool HasBlock { get; set; }

    /// <summary>Without the coinbase, raw, when known.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> List { get; set; } = [];

    /// <summary>Their wtxids.</summary>
    public ImmutableArray<U256> Wtxids { get; set; } = [];

    /// <summary>The provider's excess data, passed on unread.</summary>
    public ReadOnlyMemory<byte> ExcessData { get; set; }
}
