namespace Testbed.Daemons;

/// <summary>A running job declarator client.</summary>
public interface IDaemon : IAsyncDisposable
{
    /// <summary>Raised for each line that it logs, on whatever thread wrote it.</summary>
    event Action<string>? Logged;

    /// <summary>Where miners connect.</summary>
    int Port { get; }

    /// <summary>Its process; ours when it runs inside.</summary>
    int ProcessId { get; }

    /// <summary>The last lines it has logged.</summary>
    IReadOnlyList<string> LogTail { get; }
}
