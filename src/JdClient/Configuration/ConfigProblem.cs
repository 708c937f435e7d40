namespace JdClient.Configuration;

/// <summary>How bad a <see cref="ConfigProblem"/> is.</summary>
public enum ConfigSeverity
{
    /// <summary>The daemon starts all the same.</summary>
    Warning,

    /// <summary>The daemon does not start.</summary>
    Error,
}

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Severity">Whether the daemon can start with it.</param>
/// <param name="Origin">Where it stands.</param>
/// <param name="Key">The full key, such as <c>upstreams[0].pool_port</c>; empty when the text is not readable at all.</param>
/// <param name="Message">What is wrong and what would be right. Never holds the value of a secret.</param>
public sealed record ConfigProblem(ConfigSeverity Severity, ConfigOrigin Origin, string Key, string Message)
{
    /// <summary>One line: where, how bad, which key, what.</summary>
    public override string ToString()
    {
        string severity = Severity == ConfigSeverity.Error ? "error" : "warning";
        return Key.Length == 0 ? $"{Origin}: {severity}: {Message}" : $"{Origin}: {severity}: {Key}: {Message}";
    }
}
