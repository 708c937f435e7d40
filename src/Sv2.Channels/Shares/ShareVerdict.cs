using Sv2.Protocol;

namespace Sv2.Channels;

/// <summary>What becomes of a share.</summary>
public enum ShareVerdict
{
    /// <summary>Accepted.</summary>
    Valid,

    /// <summary>Accepted, and its header is a block of the network.</summary>
    BlockFound,

    /// <summary>Its job is one of the tip before.</summary>
    StaleShare,

    /// <summary>Its job was never given out, is not active yet, or is forgotten.</summary>
    InvalidJobId,

    /// <summary>Its extranonce is not as long as the channel's rollable part.</summary>
    BadExtranonceSize,

    /// <summary>Its time is out of bounds.</summary>
    InvalidShare,

    /// <summary>It changes version bits that are not for rolling.</summary>
    InvalidNonRollableVersionBit,

    /// <summary>It changes the version though the job does not allow that.</summary>
    VersionRollingNotAllowed,

    /// <summary>It was submitted before.</summary>
    DuplicateShare,

    /// <summary>Its hash is above the target.</summary>
    DifficultyTooLow,
}

/// <summary>Verdicts as error codes of SubmitShares.Error.</summary>
public static class ShareVerdicts
{
    /// <summary>How many verdicts there are; each is below this.</summary>
    public const int Count = (int)ShareVerdict.DifficultyTooLow + 1;

    /// <summary>Whether the share counts.</summary>
    public static bool IsAccepted(this ShareVerdict verdict) => verdict is ShareVerdict.Valid or ShareVerdict.BlockFound;

    /// <summary>The code that tells a miner why; null for an accepted share.</summary>
    public static string? ErrorCode(this ShareVerdict verdict) => verdict switch
    {
        ShareVerdict.StaleShare => ErrorCodes.StaleShare,
        ShareVerdict.InvalidJobId => ErrorCodes.InvalidJobId,
        ShareVerdict.BadExtranonceSize => ErrorCodes.BadExtranonceSize,
        ShareVerdict.InvalidShare => ErrorCodes.InvalidShare,
        ShareVerdict.InvalidNonRollableVersionBit => ErrorCodes.InvalidNonRollableVersionBit,
        ShareVerdict.VersionRollingNotAllowed => ErrorCodes.VersionRollingNotAllowed,
        ShareVerdict.DuplicateShare => ErrorCodes.DuplicateShare,
        ShareVerdict.DifficultyTooLow => ErrorCodes.DifficultyTooLow,
        _ => null,
    };
}
