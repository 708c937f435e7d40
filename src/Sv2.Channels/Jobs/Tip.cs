using Bitcoin;
using Sv2.Protocol.TemplateDistribution;

namespace Sv2.Channels;

/// <summary>What a job needs to know of the chain to be mined.</summary>
/// <param name="PrevHash">Hash of the best block.</param>
/// <param name="MinNTime">Lowest header time, Unix seconds.</param>
/// <param name="NBits">Network target, compact.</param>
public sealed record Tip(U256 PrevHash, uint MinNTime, uint NBits)
{
    /// <summary>A hash not above it is a block. Taken from <see cref="NBits"/>, which is what nodes check.</summary>
    public U256 NetworkTarget { get; } = CompactTarget.ToTarget(NBits);

    /// <summary>
    /// Whether work for <paramref name="other"/> is work for this: the same block before it and the same network target,
    /// which test networks change on the same block. The lowest header time may differ.
    /// </summary>
    public bool IsSame(Tip? other) => other is not null && other.PrevHash == PrevHash && other.NBits == NBits;

    /// <summary>The tip that a template provider announces.</summary>
    public static Tip From(SetNewPrevHash message) => new(message.PrevHash, message.HeaderTimestamp, message.NBits);
}
