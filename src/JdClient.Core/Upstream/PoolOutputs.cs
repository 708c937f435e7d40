using JdClient.Core.Templates;
using Sv2.Channels;

namespace JdClient.Core.Upstream;

/// <summary>The coinbase outputs that came with a token. Equal when the pool's bytes are.</summary>
internal sealed class PoolOutputs : IEquatable<PoolOutputs>
{
    private readonly ReadOnlyMemory<byte> _serialized;

    private PoolOutputs(ReadOnlyMemory<byte> serialized, RewardOutputs rewards)
    {
        _serialized = serialized;
        Rewards = rewards;
        Room = OutputRoom.For(rewards);
    }

    /// <summary>The outputs.</summary>
    public RewardOutputs Rewards { get; }

    /// <summary>The room they need in a template.</summary>
    public OutputRoom Room { get; }

    /// <summary>Reads AllocateMiningJobToken.Success.coinbase_tx_outputs; null when it is not a list with at least one output.</summary>
    public static PoolOutputs? TryParse(ReadOnlyMemory<byte> serialized) =>
        RewardOutputs.TryParse(serialized) is { } rewards ? new PoolOutputs(serialized, rewards) : null;

    /// <inheritdoc/>
    public bool Equals(PoolOutputs? other) => other is not null && _serialized.Span.SequenceEqual(other._serialized.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PoolOutputs);

    /// <inheritdoc/>
    public override int GetHashCode() => _serialized.Length;
}
