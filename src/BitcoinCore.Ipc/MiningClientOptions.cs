namespace BitcoinCore.Ipc;

/// <summary>Deadlines of the calls to a node. Passing one ends the connection, for the node's thread cannot be used any more.</summary>
public sealed record MiningClientOptions
{
    /// <summary>The defaults.</summary>
    public static MiningClientOptions Default { get; } = new();

    /// <summary>The generation the node must be of; null takes what is found.</summary>
    public NodeGeneration? RequiredGeneration { get; init; }

    /// <summary>From the socket to the mining interface, found version included.</summary>
    public TimeSpan ConnectDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Header, coinbase, merkle path, tip, destroy.</summary>
    public TimeSpan ShortDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Making a template: the node may wait up to twenty seconds for headers it knows of.</summary>
    public TimeSpan CreateDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A whole block.</summary>
    public TimeSpan BlockDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Submitting: the node connects the block before it answers.</summary>
    public TimeSpan SubmitDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How much later than asked the end of a wait may come.</summary>
    public TimeSpan WaitGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Interrupting a wait. Short, for a daemon that stops waits for it.</summary>
    public TimeSpan InterruptDeadline { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A single waitNext of a v30 node, as 30.0 cannot be interrupted; a longer wait is a row of them. The node looks at the
    /// fees once a second, so a row of these notices no less than one long wait.
    /// </summary>
    public TimeSpan LongestWaitOfV30 { get; init; } = TimeSpan.FromSeconds(1);
}
