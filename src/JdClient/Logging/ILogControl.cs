using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

/// <summary>What can be changed about the log while the daemon runs.</summary>
public interface ILogControl
{
    /// <summary>Writes this level and those above it from now on.</summary>
    void SetLevel(LogLevel level);

    /// <summary>Opens the log file anew, after another program has moved it away.</summary>
    void ReopenFile();
}
