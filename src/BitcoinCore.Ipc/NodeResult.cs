using System.Diagnostics.CodeAnalysis;

namespace BitcoinCore.Ipc;

/// <summary>The outcome of asking the node: a value or a failure.</summary>
/// <typeparam name="T">The value.</typeparam>
public readonly record struct NodeResult<T>
{
    private readonly T? _value;

    /// <summary>A success.</summary>
    /// <param name="value">The value.</param>
    public NodeResult(T value)
    {
        _value = value;
    }

    /// <summary>A failure.</summary>
    /// <param name="failure">What went wrong.</param>
    public NodeResult(NodeFailure failure)
    {
        Failure = failure;
    }

    /// <summary>What went wrong; null for a success.</summary>
    public NodeFailure? Failure { get; }

    /// <summary>Takes the value of a success.</summary>
    /// <param name="value">The value.</param>
    /// <param name="failure">The failure instead.</param>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out NodeFailure? failure)
    {
        value = _value;
        failure = Failure;
        return failure is null;
    }
}
