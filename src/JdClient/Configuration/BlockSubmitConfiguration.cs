namespace JdClient.Configuration;

/// <summary>
/// A Bitcoin Core node that is sent every found block whole, by its JSON-RPC <c>submitblock</c> (<c>[[block_submit]]</c>).
/// </summary>
public sealed record BlockSubmitConfiguration
{
    /// <summary>The node's RPC address (<c>url</c>), such as <c>http://127.0.0.1:8332</c>; without user and password.</summary>
    public required Uri Url { get; init; }

    /// <summary>
    /// The node's cookie (<c>cookie_file</c>), <c>.cookie</c> in its data directory. Read anew for each call: the node makes another
    /// one at each start. Null: <see cref="User"/> and <see cref="Password"/>.
    /// </summary>
    public string? CookieFile { get; init; }

    /// <summary>The name of <c>rpcauth</c> or <c>rpcuser</c> (<c>user</c>). Null: the cookie.</summary>
    public string? User { get; init; }

    /// <summary>Its password (<c>password</c>). Null: the cookie.</summary>
    public RpcPassword? Password { get; init; }

    /// <summary>
    /// How long the node may take for an answer (<c>timeout_secs</c>); then it is asked again. Default 30 s: a node verifies a block
    /// within a few seconds.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For people: host and port.</summary>
    public string Name => $"{Url.Host}:{Url.Port}";
}

/// <summary>A password that no text shows.</summary>
/// <param name="text">The password.</param>
public sealed class RpcPassword(string text)
{
    /// <summary>The password itself, to be sent.</summary>
    public string Reveal() => text;

    /// <inheritdoc/>
    public override string ToString() => "(secret)";
}

/// <summary>What is kept of found blocks (<c>[block_journal]</c>).</summary>
public sealed record BlockJournalConfiguration
{
    /// <summary>
    /// Blocks with a known outcome that are kept, the newest (<c>keep_entries</c>); older ones are deleted. Default 1,000. Blocks
    /// without an outcome are kept whatever their number.
    /// </summary>
    public int KeepEntries { get; init; } = 1000;

    /// <summary>
    /// Days that the whole block is kept once the chain has it (<c>keep_whole_days</c>); its entry stays. Default 7 days.
    /// </summary>
    public int KeepWholeDays { get; init; } = 7;
}
