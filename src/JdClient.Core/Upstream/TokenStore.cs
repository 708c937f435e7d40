using JdClient.Core.Engine;

namespace JdClient.Core.Upstream;

/// <summary>A token with the outputs it came with (spec 6.4.3).</summary>
/// <param name="Value">The token's bytes.</param>
/// <param name="Outputs">What the pool wants paid with a job under this token.</param>
internal sealed record MiningJobToken(ReadOnlyMemory<byte> Value, PoolOutputs Outputs);

/// <summary>
/// The tokens of one upstream: those in stock and those asked for, together never more than
/// <see cref="CoreLimits.TokenStock"/>. A token that was not asked for is not taken.
/// </summary>
internal sealed class TokenStore
{
    private readonly Queue<MiningJobToken> _stock = new();
    private readonly Dictionary<uint, Deadline> _requests = [];

    /// <summary>Tokens in stock.</summary>
    public int Count => _stock.Count;

    /// <summary>Requests without an answer.</summary>
    public int Requested => _requests.Count;

    /// <summary>The outputs a job made now should have: those of the next token, otherwise the last that were seen.</summary>
    public PoolOutputs? Outputs => _stock.TryPeek(out MiningJobToken? next) ? next.Outputs : LastOutputs;

    /// <summary>The outputs that came last.</summary>
    public PoolOutputs? LastOutputs { get; private set; }

    /// <summary>Notes a request, or its new deadline.</summary>
    public void Asked(uint requestId, Deadline deadline) => _requests[requestId] = deadline;

    /// <summary>Matches an answer to its request; false when nothing was asked under that id.</summary>
    public bool Answered(uint requestId, Deadlines deadlines)
    {
        if (!_requests.Remove(requestId, out Deadline? deadline))
            return false;
        deadlines.Cancel(deadline);
        return true;
    }

    /// <summary>Takes a token into stock.</summary>
    public void Add(MiningJobToken token)
    {
        _stock.Enqueue(token);
        LastOutputs = token.Outputs;
    }

    /// <summary>The next token without taking it.</summary>
    public MiningJobToken? Peek() => _stock.TryPeek(out MiningJobToken? token) ? token : null;

    /// <summary>Takes the next token.</summary>
    public MiningJobToken Take() => _stock.Dequeue();

    /// <summary>Ends all waiting.</summary>
    public void Close(Deadlines deadlines)
    {
        foreach (Deadline deadline in _requests.Values)
            deadlines.Cancel(deadline);
        _requests.Clear();
        _stock.Clear();
    }
}
