namespace Testbed.Daemons;

/// <summary>A running job declarator client.</summary>
public interface IDaemon : IAsyncDisposable
{
    /// <summary>Where miners connect.</summary>
    int Port { get; }

    /// <summary>Its process; ours when it runs inside.</summary>
    int ProcessId { get; }

    /// <summary>The last lines it has logged.</summary>
    IReadOnlyList<string> LogTail { get; }
}
