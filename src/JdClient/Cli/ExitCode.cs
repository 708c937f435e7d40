namespace JdClient.Cli;

/// <summary>What the process tells its caller. Stable: scripts and service managers depend on the numbers.</summary>
public enum ExitCode
{
    /// <summary>Stopped by a signal, or the command did what it should.</summary>
    Success = 0,

    /// <summary>The configuration has errors; they are listed on stderr.</summary>
    ConfigurationError = 1,

    /// <summary>The command line is not understood.</summary>
    UsageError = 2,

    /// <summary>Something needed at start is not to be had, such as the listening address.</summary>
    StartFailed = 3,

    /// <summary>A part of the daemon without which it cannot go on failed unexpectedly: a bug, with the exception in the log.</summary>
    Faulted = 4,

    /// <summary>The stop was forced by a second signal, or did not end in time.</summary>
    ForcedStop = 5,

    /// <summary>A command could not do what it is for; stderr says why.</summary>
    NotDone = 6,
}
