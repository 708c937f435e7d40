namespace BitcoinCore.Ipc;

/// <summary>What the node says to a block.</summary>
/// <param name="Accepted">Whether it took it.</param>
/// <param name="Reason">Why not, as the node names it; empty before v32.</param>
/// <param name="Debug">More about it; empty before v32.</param>
public sealed record SubmitOutcome(bool Accepted, string Reason, string Debug)
{
    /// <summary>Whether the node has the block, be it from this call or from before.</summary>
    public bool IsInChain => Accepted || Reason == "duplicate";
}
