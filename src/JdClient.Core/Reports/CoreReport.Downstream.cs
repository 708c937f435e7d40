using System.Collections.Immutable;
using Bitcoin;

namespace JdClient.Core;

public abstract partial record CoreReport
{
    /// <summary>A downstream's SetupConnection was accepted.</summary>
    /// <param name="Session">Who.</param>
    /// <param name="Peer">Its address, for people.</param>
    /// <param name="Vendor">As it says.</param>
    /// <param name="HardwareVersion">As it says.</param>
    /// <param name="Firmware">As it says.</param>
    /// <param name="DeviceId">As it says.</param>
    /// <param name="RequiresStandardJobs">It cannot use extended jobs.</param>
    public sealed record SessionAccepted(
        SessionId Session,
        string Peer,
        string Vendor,
        string HardwareVersion,
        string Firmware,
        string DeviceId,
        bool RequiresStandardJobs) : CoreReport;

    /// <summary>A downstream's SetupConnection or extensions were refused; the session is being closed.</summary>
    /// <param name="Session">Who.</param>
    /// <param name="Peer">Its address, for people.</param>
    /// <param name="ErrorCode">The code it was sent.</param>
    public sealed record SessionRefused(SessionId Session, string Peer, string ErrorCode) : CoreReport;

    /// <summary>A downstream broke the protocol; the session is being closed. At most once for a session.</summary>
    /// <param name="Session">Who.</param>
    /// <param name="Peer">Its address, for people.</param>
    /// <param name="Detail">What it did.</param>
    public sealed record SessionViolation(SessionId Session, string Peer, string Detail) : CoreReport;

    /// <summary>A downstream's connection has ended and its channels with it.</summary>
    /// <param name="Session">Who.</param>
    /// <param name="Peer">Its address, for people.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Channels">How many channels it had.</param>
    public sealed record SessionClosed(SessionId Session, string Peer, string Reason, int Channels) : CoreReport;

    /// <summary>Extensions were agreed on with a downstream.</summary>
    /// <param name="Session">Who.</param>
    /// <param name="Extensions">Which; may be empty.</param>
    public sealed record SessionExtensions(SessionId Session, ImmutableArray<ushort> Extensions) : CoreReport;

    /// <summary>A channel was opened.</summary>
    /// <param name="Session">On which connection.</param>
    /// <param name="Channel">Its id on that connection.</param>
    /// <param name="Extended">Extended, otherwise standard.</param>
    /// <param name="UserIdentity">Who mines on it.</param>
    /// <param name="NominalHashRate">What it announced, hashes/s.</param>
    /// <param name="Target">Its share target.</param>
    public sealed record ChannelOpened(
        SessionId Session,
        uint Channel,
        bool Extended,
        string UserIdentity,
        float NominalHashRate,
        U256 Target) : CoreReport;

    /// <summary>A channel is opened as soon as there is work.</summary>
    /// <param name="Session">On which connection.</param>
    /// <param name="RequestId">The request that waits.</param>
    public sealed record ChannelWaits(SessionId Session, uint RequestId) : CoreReport;

    /// <summary>A request to open a channel was refused.</summary>
    /// <param name="Session">On which connection.</param>
    /// <param name="RequestId">The request.</param>
    /// <param name="UserIdentity">Who asked.</param>
    /// <param name="ErrorCode">The code it was sent.</param>
    public sealed record ChannelRefused(SessionId Session, uint RequestId, string UserIdentity, string ErrorCode) : CoreReport;

    /// <summary>A channel was closed while its connection stays.</summary>
    /// <param name="Session">On which connection.</param>
    /// <param name="Channel">Which.</param>
    /// <param name="Reason">Why.</param>
    public sealed record ChannelClosed(SessionId Session, uint Channel, string Reason) : CoreReport;

    /// <summary>A channel got another share target.</summary>
    /// <param name="Session">On which connection.</param>
    /// <param name="Channel">Which.</param>
    /// <param name="HashRate">The hash rate the target was made for, hashes/s.</param>
    /// <param name="Target">The new target.</param>
    public sealed record TargetChanged(SessionId Session, uint Channel, float HashRate, U256 Target) : CoreReport;

    /// <summary>A miner's share is valid. One for each share: for counters, not for lines.</summary>
    /// <param name="Session">On which connection.</param>
    /// <param name="Channel">Which channel.</param>
    /// <param name="JobId">The job.</param>
    /// <param name="Difficulty">What it is credited with.</param>
    /// <param name="HashDifficulty">What its hash met.</param>
    /// <param name="Worker">Who mined it, where the share says so (extension 0x0002).</param>
    public sealed record ShareAccepted(
        SessionId Session, uint Channel, uint JobId, double Difficulty, double HashDifficulty = 0, string? Worker = null) : CoreReport;

    /// <summary>A miner's share was refused. One for each share: for counters, not for lines.</summary>
    /// <param name="Session">On which connection.</param>
    /// <param name="Channel">The channel id it named.</param>
    /// <param name="JobId">The job id it named.</param>
    /// <param name="ErrorCode">The code it was sent.</param>
    public sealed record ShareRejected(SessionId Session, uint Channel, uint JobId, string ErrorCode) : CoreReport;
}
