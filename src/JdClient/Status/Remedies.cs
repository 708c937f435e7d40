using JdClient.Core;
using Sv2.Protocol;
using Sv2.Transport;

namespace JdClient.Status;

/// <summary>
/// What an operator can do about what went wrong with a peer. Decided by the names that reasons are made with (a
/// connection's failure or end, a protocol's error code), otherwise by how the peer is judged.
/// </summary>
internal static class Remedies
{
    // The first whose mark stands in the reason.
    private static readonly (string Mark, string Fix)[] Marks =
    [
        (nameof(ConnectFailureReason.NameResolutionFailed), "check the host name in the configuration and this machine's DNS"),
        (nameof(ConnectFailureReason.NameResolutionTimedOut), "check this machine's DNS"),
        (nameof(ConnectFailureReason.ConnectFailed), "check that it runs there, the address and port in the configuration, and firewalls"),
        (nameof(ConnectFailureReason.ConnectTimedOut), "check the address in the configuration, routes and firewalls"),
        (nameof(ConnectFailureReason.HandshakeTimedOut), "what listens there does not speak Stratum V2 with encryption; check the port"),
        (nameof(ConnectFailureReason.HandshakeAborted), "it hung up in the handshake: check the port, and whether it limits connections"),
        (nameof(ConnectFailureReason.HandshakeFailed), "what listens there does not speak Stratum V2 with encryption; check the port"),
        (nameof(ConnectFailureReason.UntrustedAuthority),
            "its certificate is signed by another key: check the public key in the configuration with who runs it"),
        (nameof(ConnectFailureReason.CertificateOutOfDate), "set both machines' clocks by NTP, or have its certificate renewed"),
        (nameof(ConnectFailureReason.PlaintextNotLocal), "remove unencrypted = true, or use a template provider on this machine"),
        (ErrorCodes.MissingDeclareTxDataFlag, "set mode = \"FULLTEMPLATE\" for this job declarator, or use another pool"),
        ("extranonce bytes", "lower reserved_downstream_rollable_extranonce_size, or use another pool"),
        ("no room", "lower reserved_downstream_rollable_extranonce_size, or use another pool"),
        ("extensions", "compare supported_extensions and required_extensions with what the pool offers"),
        ("unknown-user", "check user_identity with the pool"),
        ("SetupConnection", "ask its operator which modes and protocol versions it offers; compare mode in the configuration"),
        ("token", "the job declarator hands out no usable tokens: check user_identity with the pool, or ask its operator"),
        ("valid shares", "the pool refuses valid work: ask its operator, and compare both nodes' tips"),
        (nameof(ConnectionEndReason.WriteStalled), "the network in between loses packets, or the peer hangs: look at both ends"),
        (nameof(ConnectionEndReason.SlowConsumer), "it does not read what it is sent: look at its load"),
        (nameof(ConnectionEndReason.DecryptionFailed), "something in between changes the bytes: look for proxies that rewrite traffic"),
    ];

    /// <summary>For a pool or its job declarator.</summary>
    internal static string ForUpstream(UpstreamHealth health, string reason) => ByMark(reason) ?? health switch
    {
        UpstreamHealth.Refuses => "ask the pool's operator why it refuses this work, with the line above",
        UpstreamHealth.Misbehaves => "ask the pool's operator which software runs there; the log has the details at debug level",
        _ => "nothing, if it passes; else ask the pool's operator",
    };

    /// <summary>For a template provider.</summary>
    /// <param name="reason">Why it is not in use.</param>
    /// <param name="isNode">It is a node's own socket; the reason then says what to do where anything is known.</param>
    internal static string ForProvider(string reason, bool isNode) => ByMark(reason)
        ?? (isNode
            ? "look at the node's log and at its socket's owner and mode"
            : "look at the template provider and its node: is the node running and past its initial block download?");

    private static string? ByMark(string reason)
    {
        foreach ((string mark, string fix) in Marks)
        {
            if (reason.Contains(mark, StringComparison.Ordinal))
                return fix;
        }

        return null;
    }
}
