using Bitcoin;

namespace Simulation.Peers;

/// <summary>A block that can be built on.</summary>
internal sealed record ChainTip(int Height, U256 Hash, uint NBits, uint MinTime);

/// <summary>The best chain of the modelled network; nodes learn of its tips later.</summary>
internal sealed class Chain
{
    /// <summary>Every 256th hash is a block.</summary>
    public const uint Bits = 0x2000ffff;

    private readonly List<ChainTip> _tips = [new ChainTip(0, new U256(1, 2, 3, 4), Bits, 1_700_000_000)];
    private readonly Dictionary<U256, int> _heights = [];

    public static U256 NetworkTarget { get; } = CompactTarget.ToTarget(Bits);

    public ChainTip Best => _tips[^1];

    public ChainTip At(int height) => _tips[height];

    public ChainTip Extend(U256 hash, DateTimeOffset now)
    {
        _tips.Add(new ChainTip(_tips.Count, hash, Bits, (uint)now.ToUnixTimeSeconds() - 600));
        _heights[hash] = Best.Height;
        return Best;
    }

    /// <summary>A block beside the one of the best chain at a height.</summary>
    public ChainTip Rival(int height, U256 hash)
    {
        _heights[hash] = height;
        return At(height) with { Hash = hash };
    }

    public int HeightOf(U256 hash) => _heights.GetValueOrDefault(hash);
}
