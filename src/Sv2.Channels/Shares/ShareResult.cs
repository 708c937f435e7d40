using Bitcoin;
using Sv2.Protocol;

namespace Sv2.Channels;

/// <summary>What <see cref="DownstreamChannel"/> makes of a share.</summary>
public readonly struct ShareResult : IEquatable<ShareResult>
{
    /// <summary>What becomes of it.</summary>
    public required ShareVerdict Verdict { get; init; }

    /// <summary>The job it names, where that is live.</summary>
    public Job? Job { get; init; }

    /// <summary>Hash of the header; 0 when the share was refused before hashing.</summary>
    public U256 Hash { get; init; }

    /// <summary>Difficulty of the target it was asked to meet: what it is worth. 0 unless accepted.</summary>
    public double Work { get; init; }

    /// <summary>
    /// The block; null unless <see cref="ShareVerdict.BlockFound"/>. Also null there if the rebuilt coinbase did not match the
    /// header, which is a bug of ours.
    /// </summary>
    public BlockSolution? Solution { get; init; }

    /// <summary>What to send to the miner; null while the acknowledgement waits for its batch.</summary>
    public Sv2Message? Reply { get; init; }

    /// <summary>Difficulty that the hash would have met; 0 when the share was refused before hashing.</summary>
    public double Difficulty => Hash.IsZero ? 0 : Bitcoin.Difficulty.Of(Hash);

    /// <inheritdoc/>
    public bool Equals(ShareResult other) => Verdict == other.Verdict && Hash == other.Hash && Equals(Job, other.Job);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ShareResult other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Verdict, Hash);

    /// <summary>Whether they tell of the same share and verdict.</summary>
    public static bool operator ==(ShareResult left, ShareResult right) => left.Equals(right);

    /// <summary>Whether they do not tell of the same share and verdict.</summary>
    public static bool operator !=(ShareResult left, ShareResult right) => !left.Equals(right);
}
