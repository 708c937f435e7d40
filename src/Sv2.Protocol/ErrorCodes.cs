namespace Sv2.Protocol;

/// <summary>
/// The error codes in use. The specification leaves the list to implementations (spec 03, 3.5): a code that is not here is
/// data like any other and must not decide anything. These are the strings of the reference roles, and the two
/// that ask for patience.
/// </summary>
public static class ErrorCodes
{
    /// <summary>SetupConnection: a flag was set that the server does not support; the flags field says which.</summary>
    public const string UnsupportedFeatureFlags = "unsupported-feature-flags";

    /// <summary>SetupConnection: the server does not speak this protocol here.</summary>
    public const string UnsupportedProtocol = "unsupported-protocol";

    /// <summary>SetupConnection: no version that both speak.</summary>
    public const string ProtocolVersionMismatch = "protocol-version-mismatch";

    /// <summary>SetupConnection (Job Declaration): the server wants DECLARE_TX_DATA.</summary>
    public const string MissingDeclareTxDataFlag = "missing-declare-tx-data-flag";

    /// <summary>OpenMiningChannel: a connection with REQUIRES_WORK_SELECTION opens extended channels only.</summary>
    public const string StandardChannelsNotSupportedForCustomWork = "standard-channels-not-supported-for-custom-work";

    /// <summary>OpenMiningChannel: a connection with REQUIRES_STANDARD_JOBS opens standard channels only.</summary>
    public const string ExtendedChannelsNotSupportedForStandardJobs = "extended-channels-not-supported-for-standard-jobs";

    /// <summary>OpenMiningChannel: the identity does not have the form the server wants.</summary>
    public const string InvalidUserIdentity = "invalid-user-identity";

    /// <summary>OpenMiningChannel: the server does not know this user.</summary>
    public const string UnknownUser = "unknown-user";

    /// <summary>OpenMiningChannel, UpdateChannel: the hash rate is negative, not a number or out of range.</summary>
    public const string InvalidNominalHashrate = "invalid-nominal-hashrate";

    /// <summary>OpenMiningChannel: more rollable extranonce is asked for than there is.</summary>
    public const string MinExtranonceSizeTooLarge = "min-extranonce-size-too-large";

    /// <summary>OpenMiningChannel: another wording of <see cref="MinExtranonceSizeTooLarge"/>.</summary>
    public const string UnsupportedMinExtranonceSize = "unsupported-min-extranonce-size";

    /// <summary>OpenMiningChannel: the device's maximum target is one the server does not serve.</summary>
    public const string MaxTargetOutOfRange = "max-target-out-of-range";

    /// <summary>UpdateChannel, SubmitShares, SetCustomMiningJob, and as a reason of CloseChannel: there is no such channel.</summary>
    public const string InvalidChannelId = "invalid-channel-id";

    /// <summary>SubmitShares: refused without a closer reason, e.g. a time before the job's minimum.</summary>
    public const string InvalidShare = "invalid-share";

    /// <summary>SubmitShares: the job belongs to a block that is no longer the tip.</summary>
    public const string StaleShare = "stale-share";

    /// <summary>SubmitShares: there is no such job on the channel.</summary>
    public const string InvalidJobId = "invalid-job-id";

    /// <summary>SubmitShares: the hash is above the share target of the job.</summary>
    public const string DifficultyTooLow = "difficulty-too-low";

    /// <summary>SubmitShares: this share has been submitted before.</summary>
    public const string DuplicateShare = "duplicate-share";

    /// <summary>SubmitShares: the extranonce does not have the channel's size.</summary>
    public const string BadExtranonceSize = "bad-extranonce-size";

    /// <summary>SubmitShares: the version differs and the job does not allow rolling.</summary>
    public const string VersionRollingNotAllowed = "version-rolling-not-allowed";

    /// <summary>SubmitShares: a version bit outside of the BIP320 mask 0x1fffe000, or the server's wider one, was rolled.</summary>
    public const string InvalidNonRollableVersionBit = "invalid-non-rollable-version-bit";

    /// <summary>SetCustomMiningJob: the pool takes no custom jobs.</summary>
    public const string JobDeclarationNotSupported = "jd-not-supported";

    /// <summary>SetCustomMiningJob, DeclareMiningJob: the token is unknown, used or expired.</summary>
    public const string InvalidMiningJobToken = "invalid-mining-job-token";

    /// <summary>SetCustomMiningJob: the declaration is not through yet.</summary>
    public const string JobNotYetValidated = "job-not-yet-validated";

    /// <summary>SetCustomMiningJob, DeclareMiningJob: the job builds on another block than the server's tip.</summary>
    public const string StaleChainTip = "stale-chain-tip";

    /// <summary>SetCustomMiningJob: the minimum time is not acceptable.</summary>
    public const string InvalidMinNTime = "invalid-min-ntime";

    /// <summary>SetCustomMiningJob: not the nBits of the tip.</summary>
    public const string InvalidNBits = "invalid-nbits";

    /// <summary>SetCustomMiningJob: the block version is not acceptable, or not the declared one.</summary>
    public const string InvalidVersion = "invalid-version";

    /// <summary>SetCustomMiningJob, DeclareMiningJob: the coinbase transaction cannot be parsed or accepted.</summary>
    public const string InvalidCoinbaseTx = "invalid-coinbase-tx";

    /// <summary>SetCustomMiningJob: not the declared coinbase version.</summary>
    public const string InvalidCoinbaseTxVersion = "invalid-coinbase-tx-version";

    /// <summary>SetCustomMiningJob: not the declared start of the scriptSig.</summary>
    public const string InvalidCoinbasePrefix = "invalid-coinbase-prefix";

    /// <summary>SetCustomMiningJob: not the declared nSequence.</summary>
    public const string InvalidCoinbaseTxInputNSequence = "invalid-coinbase-tx-input-n-sequence";

    /// <summary>SetCustomMiningJob: the outputs do not pay the pool, or are not the declared ones.</summary>
    public const string InvalidCoinbaseTxOutputs = "invalid-coinbase-tx-outputs";

    /// <summary>SetCustomMiningJob: not the declared lock time.</summary>
    public const string InvalidCoinbaseTxLocktime = "invalid-coinbase-tx-locktime";

    /// <summary>SetCustomMiningJob: not the path of the declared transactions.</summary>
    public const string InvalidMerklePath = "invalid-merkle-path";

    /// <summary>DeclareMiningJob: transactions are missing and were not provided.</summary>
    public const string MissingTransactions = "missing-txs";

    /// <summary>DeclareMiningJob: the coinbase input is not acceptable.</summary>
    public const string InvalidCoinbaseTxInput = "invalid-coinbase-tx-input";

    /// <summary>DeclareMiningJob: the server could not check the job.</summary>
    public const string InternalError = "internal-error";

    /// <summary>DeclareMiningJob: the job is not a valid block.</summary>
    public const string InvalidJob = "invalid-job";

    /// <summary>RequestTransactionData: the template belongs to a block that is no longer the tip.</summary>
    public const string StaleTemplateId = "stale-template-id";

    /// <summary>RequestTransactionData: there is no such template.</summary>
    public const string TemplateIdNotFound = "template-id-not-found";

    /// <summary>AllocateMiningJobToken, DeclareMiningJob: too many requests; wait.</summary>
    public const string RateLimited = "rate-limited";

    /// <summary>Any request: the server has no time for it now; wait.</summary>
    public const string Busy = "busy";
}
