namespace JdClient.Configuration;

/// <summary>Bounds of what peers may use (<c>[limits]</c>). The defaults carry 10,000 miners.</summary>
public sealed record LimitConfiguration
{
    /// <summary>
    /// Downstream connections at a time, handshakes included; more are closed at once (<c>max_connections</c>). Default 16,000; fewer,
    /// with a warning at the start, where the process may not open that many files.
    /// </summary>
    public int MaxConnections { get; init; } = 16_000;

    /// <summary>
    /// … of one IP address; an IPv6 /64 counts as one address (<c>max_connections_per_address</c>). Default 12,000: a farm
    /// behind one router is one address.
    /// </summary>
    public int MaxConnectionsPerAddress { get; init; } = 12_000;

    /// <summary>
    /// Downstream handshakes computed at a time, about a millisecond each; the others wait, silent peers hold up nobody
    /// (<c>max_handshakes</c>). Default: half as many as there are processors, so that miners that are at work notice nothing.
    /// </summary>
    public int MaxHandshakes { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>
    /// Downstream handshakes begun and not complete; beyond it the oldest is closed for the newest (<c>max_half_open</c>).
    /// Default 8,192.
    /// </summary>
    public int MaxHalfOpen { get; init; } = 8192;

    /// <summary>
    /// Connections that the operating system holds for us until they are accepted (<c>listen_backlog</c>). Default 4,096.
    /// </summary>
    public int ListenBacklog { get; init; } = 4096;

    /// <summary>Time for a downstream's whole handshake (<c>handshake_timeout_secs</c>). Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for a peer's first message after the handshake (<c>first_message_timeout_secs</c>). Default 10 s.</summary>
    public TimeSpan FirstMessageTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for name resolution and again for each TCP connect of ours (<c>connect_timeout_secs</c>). Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time in which a peer must take some of the bytes sent to it (<c>write_stall_timeout_secs</c>). Default 15 s.</summary>
    public TimeSpan WriteStallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Messages queued to one downstream; one that does not read is closed (<c>downstream_queue</c>). Default 1,024.</summary>
    public int DownstreamQueue { get; init; } = 1024;

    /// <summary>
    /// Messages a second from one connection (<c>max_messages_per_second</c>), beside those of its channels; ten seconds' worth may
    /// come at once. Beyond it the connection is read no faster than that, so that TCP holds the peer back and nothing is lost.
    /// Default 50.
    /// </summary>
    public double MessagesPerSecond { get; init; } = 50;

    /// <summary>
    /// So many more for each of its open channels (<c>max_messages_per_second_per_channel</c>), and never less than four times
    /// <see cref="JdcConfiguration.SharesPerMinute"/>. Default 5.
    /// </summary>
    public double MessagesPerSecondPerChannel { get; init; } = 5;

    /// <summary>
    /// How long a connection may be held back by these two without a pause before it is closed (<c>flood_timeout_secs</c>).
    /// Default 60 s.
    /// </summary>
    public TimeSpan FloodTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Log lines of one kind that are written at once (<c>log_burst</c>); what is left out is counted and told. Default 100.
    /// </summary>
    public int LogBurst { get; init; } = 100;

    /// <summary>… and then so many a second (<c>log_lines_per_second</c>). Default 5.</summary>
    public double LogLinesPerSecond { get; init; } = 5;

    /// <summary>Messages queued to a pool, job declarator or template provider (<c>upstream_queue</c>). Default 16,384.</summary>
    public int UpstreamQueue { get; init; } = 16_384;

    /// <summary>Events waiting for the channel manager; peers wait when it is full (<c>inbox</c>). Default 4,096.</summary>
    public int Inbox { get; init; } = 4096;
}
