using JdClient.Configuration;
using JdClient.Logging;

namespace JdClient.Reload;

/// <summary>What a reload needs from outside of the daemon.</summary>
/// <param name="Read">Reads the configuration anew.</param>
/// <param name="Log">Changes the log; null where it is not ours.</param>
public sealed record ReloadSource(Func<ConfigurationResult> Read, ILogControl? Log);
