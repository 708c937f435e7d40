namespace Sv2.Protocol;

/// <summary>
/// Flags of SetupConnection and its answers. Which set applies depends on the protocol and on the message; the Template
/// Distribution Protocol has none.
/// </summary>
public static class SetupFlags
{
    /// <summary>Mining, client: cannot process extended jobs (spec 05, 5.3.1, bit 0).</summary>
    public const uint RequiresStandardJobs = 1 << 0;

    /// <summary>Mining, client: will send SetCustomMiningJob (spec 05, 5.3.1, bit 1).</summary>
    public const uint RequiresWorkSelection = 1 << 1;

    /// <summary>Mining, client: jobs must allow version rolling (spec 05, 5.3.1, bit 2).</summary>
    public const uint RequiresVersionRolling = 1 << 2;

    /// <summary>Mining, server in Success: accepts no change of the version field (spec 05, 5.3.1, bit 0).</summary>
    public const uint RequiresFixedVersion = 1 << 0;

    /// <summary>Mining, server in Success: opens no standard channels (spec 05, 5.3.1, bit 1).</summary>
    public const uint RequiresExtendedChannels = 1 << 1;

    /// <summary>Job Declaration, client: will reveal the transactions of its templates (spec 06, 6.4.1, bit 0).</summary>
    public const uint DeclareTxData = 1 << 0;
}
