namespace JdClient.Core.Templates;

/// <summary>A found block that no tip has confirmed yet.</summary>
/// <param name="Block">The block.</param>
/// <param name="Template">What it is made of; null for a block of an earlier run.</param>
/// <param name="OfferedOn">The last link on which its solution was sent.</param>
internal sealed record WaitingBlock(FoundBlock Block, Template? Template, LinkId? OfferedOn)
{
    /// <summary>The journal has its transactions, of an earlier run.</summary>
    public bool IsKeptWhole { get; init; }

    /// <summary>Nobody has its transactions yet.</summary>
    public bool IsIncomplete => Block.Transactions is null && !IsKeptWhole;
}
