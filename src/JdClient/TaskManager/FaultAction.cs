namespace JdClient.TaskManager;

/// <summary>What follows when a supervised task ends with an exception.</summary>
public enum FaultAction
{
    /// <summary>Only the log line.</summary>
    Log,

    /// <summary>The miner's session is closed.</summary>
    CloseSession,

    /// <summary>The link counts as lost; the fallback policy decides.</summary>
    LeaveUpstream,

    /// <summary>The daemon stops with <see cref="Cli.ExitCode.Faulted"/>.</summary>
    Stop,
}
