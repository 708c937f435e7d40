using Bitcoin;
using Sv2.Channels;

namespace JdClient.Core.Templates;

/// <summary>Room that coinbase outputs need in a template: the figures of CoinbaseOutputConstraints (spec 07, 7.1).</summary>
/// <param name="Size">Serialized bytes of the outputs.</param>
/// <param name="Sigops">Their signature operation cost.</param>
internal readonly record struct OutputRoom(uint Size, ushort Sigops)
{
    /// <summary>Room for the given outputs.</summary>
    public static OutputRoom For(RewardOutputs rewards)
    {
        var reserve = CoinbaseOutputReserve.For(rewards.Outputs.AsSpan());
        return new OutputRoom(reserve.MaxAdditionalSize, reserve.MaxAdditionalSigOps);
    }

    /// <summary>Whether <paramref name="other"/> fits into it.</summary>
    public bool Covers(OutputRoom other) => other.Size <= Size && other.Sigops <= Sigops;

    /// <summary>Room for the one or the other.</summary>
    public OutputRoom Union(OutputRoom other) => new(Math.Max(Size, other.Size), Math.Max(Sigops, other.Sigops));
}
