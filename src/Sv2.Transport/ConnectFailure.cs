using System.Diagnostics.CodeAnalysis;

namespace Sv2.Transport;

/// <summary>Why there is no connection.</summary>
public enum ConnectFailureReason
{
    /// <summary>The host name has no address.</summary>
    NameResolutionFailed,

    /// <summary>Name resolution took too long.</summary>
    NameResolutionTimedOut,

    /// <summary>Every address refused, or could not be reached.</summary>
    ConnectFailed,

    /// <summary>No address answered in time.</summary>
    ConnectTimedOut,

    /// <summary>The handshake was not complete in time.</summary>
    HandshakeTimedOut,

    /// <summary>The peer closed or reset during the handshake.</summary>
    HandshakeAborted,

    /// <summary>The handshake's bytes are not the protocol, or an authentication in it failed.</summary>
    HandshakeFailed,

    /// <summary>The server's certificate is not signed by the expected authority.</summary>
    UntrustedAuthority,

    /// <summary>The server's certificate is out of its time; the detail names both clocks.</summary>
    CertificateOutOfDate,

    /// <summary>Plaintext was asked for and the peer is not on this host.</summary>
    PlaintextNotLocal,

    /// <summary>The caller's token was cancelled.</summary>
    Cancelled,
}

/// <summary>A connection that was not made.</summary>
/// <param name="Reason">One value for decision and metric.</param>
/// <param name="Detail">What happened at which address, in one line for the log.</param>
public sealed record ConnectFailure(ConnectFailureReason Reason, string Detail)
{
    /// <summary>Whether the peer answered and is not who it should be, as opposed to not answering.</summary>
    public bool IsUntrusted => Reason is ConnectFailureReason.UntrustedAuthority or ConnectFailureReason.CertificateOutOfDate;

    /// <inheritdoc/>
    public override string ToString() => $"{Reason}: {Detail}";
}

/// <summary>A connection or the reason for having none; exactly one of the two is set.</summary>
public readonly record struct ConnectResult
{
    private ConnectResult(Sv2Connection? connection, ConnectFailure? failure) => (Connection, Failure) = (connection, failure);

    /// <summary>The connection, owned by the receiver.</summary>
    public Sv2Connection? Connection { get; }

    /// <summary>Why there is none.</summary>
    public ConnectFailure? Failure { get; }

    /// <summary>Whether there is a connection.</summary>
    [MemberNotNullWhen(true, nameof(Connection))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsConnected => Connection is not null;

    internal static ConnectResult Connected(Sv2Connection connection) => new(connection, null);

    internal static ConnectResult Failed(ConnectFailureReason reason, string detail) => Failed(new ConnectFailure(reason, detail));

    internal static ConnectResult Failed(ConnectFailure failure) => new(null, failure);
}
