namespace Simulation.Peers;

/// <summary>A Bitcoin node with its template provider, across all connections to it.</summary>
internal sealed class Node(int index)
{
    public int Index { get; } = index;

    public int TipHeight { get; set; }

    public ulong LastTemplate { get; set; }

    public DateTimeOffset UnreachableUntil { get; set; }

    /// <summary>Does not tell of tips and templates, but answers.</summary>
    public bool IsStuck { get; set; }

    public Link? Link { get; set; }
}
