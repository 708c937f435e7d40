using JdClient.Core;
using Sv2.Transport;

namespace JdClient.Upstream;

/// <summary>From the transport's reasons to the classes that the fallback policy judges by.</summary>
internal static class LinkEnds
{
    internal static LinkEnd Of(ConnectFailure failure) => new(
        failure.Reason switch
        {
            ConnectFailureReason.UntrustedAuthority or ConnectFailureReason.CertificateOutOfDate => LinkFailure.Untrusted,
            ConnectFailureReason.Cancelled => LinkFailure.ClosedByUs,
            _ => LinkFailure.Unreachable,
        },
        failure.ToString());

    internal static LinkEnd Of(ConnectionEnd end) => new(
        end.Reason switch
        {
            ConnectionEndReason.FrameTooLarge or ConnectionEndReason.DecryptionFailed or ConnectionEndReason.MalformedMessage
                or ConnectionEndReason.ProtocolViolation => LinkFailure.ProtocolViolation,
            ConnectionEndReason.SlowConsumer or ConnectionEndReason.WriteStalled => LinkFailure.TooSlow,
            ConnectionEndReason.NoLongerNeeded or ConnectionEndReason.Shutdown or ConnectionEndReason.Disposed => LinkFailure.ClosedByUs,
            ConnectionEndReason.SetupRefused => LinkFailure.Unreachable,
            _ => LinkFailure.ConnectionLost,
        },
        end.ToString());
}
