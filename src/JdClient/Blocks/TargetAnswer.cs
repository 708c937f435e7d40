using Bitcoin;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Blocks;

/// <summary>What came of handing a block to somebody.</summary>
internal enum AnswerKind
{
    /// <summary>It was sent; the protocol has no answer (SubmitSolution over Sv2, PushSolution).</summary>
    Sent,

    /// <summary>The node took it into its chain.</summary>
    Accepted,

    /// <summary>The node had it already.</summary>
    Duplicate,

    /// <summary>The node keeps it and has not decided, or another block of that height is its tip; it is asked again.</summary>
    Inconclusive,

    /// <summary>The node says that it is no valid block. Final.</summary>
    Rejected,

    /// <summary>The node has no way of taking a whole block. Asked again when it has been connected anew.</summary>
    Unsupported,

    /// <summary>No answer, or the node cannot take blocks at the moment; it is tried again.</summary>
    Failed,
}

/// <summary>An answer.</summary>
/// <param name="Kind">What follows from it.</param>
/// <param name="Detail">The node's reason or what went wrong, for people. Holds no secret.</param>
internal readonly record struct TargetAnswer(AnswerKind Kind, string Detail)
{
    /// <summary>Whether nothing is gained by sending it there again.</summary>
    internal bool IsFinal => Kind is AnswerKind.Accepted or AnswerKind.Duplicate or AnswerKind.Rejected;

    /// <summary>The answer that a node's reason for not accepting a block stands for (BIP22).</summary>
    /// <param name="reason">As the node names it; empty where it gives none.</param>
    /// <param name="debug">More about it; may be empty.</param>
    internal static TargetAnswer OfReason(string reason, string debug) => reason switch
    {
        "duplicate" => new TargetAnswer(AnswerKind.Duplicate, ""),
        "inconclusive" or "duplicate-inconclusive" => new TargetAnswer(AnswerKind.Inconclusive, ""),

        // It may only be behind: its peers bring it the parent.
        "prev-blk-not-found" => Failed("the node does not have the block before it yet"),
        "" => new TargetAnswer(AnswerKind.Rejected, "it gives no reason; look into its debug.log"),
        _ => new TargetAnswer(AnswerKind.Rejected, debug.Length == 0 || debug == reason ? reason : $"{reason} ({debug})"),
    };

    /// <summary>For people.</summary>
    public override string ToString()
    {
        string kind = Kind.ToString().ToLowerInvariant();
        return Detail.Length == 0 ? kind : $"{kind}, {Detail}";
    }

    internal static TargetAnswer Failed(string detail) => new(AnswerKind.Failed, detail);
}

/// <summary>A node that takes whole blocks.</summary>
internal interface IBlockTarget
{
    /// <summary>For people and the journal.</summary>
    string Name { get; }

    /// <summary>Looks once after the start whether it can be reached and tells it in the log.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>Hands a block over, within a deadline of its own. Only the caller's token throws.</summary>
    Task<TargetAnswer> SubmitAsync(WholeBlock block, CancellationToken cancellationToken);
}

/// <summary>Takes down answers. Called from any thread; never waits.</summary>
internal interface IBlockAnswers
{
    /// <param name="hash">The block.</param>
    /// <param name="target">Who answered.</param>
    /// <param name="answer">What.</param>
    /// <param name="attempts">How often it has been sent there.</param>
    void Record(U256 hash, string target, TargetAnswer answer, int attempts);

    /// <param name="solution">The solution of a block.</param>
    /// <param name="target">Who answered.</param>
    /// <param name="answer">What.</param>
    void Record(SubmitSolution solution, string target, TargetAnswer answer);
}
