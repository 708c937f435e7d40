namespace JdClient.Configuration;

/// <summary>Where a configuration value was written, for messages to people.</summary>
/// <param name="Source">File name as given on the command line, or the name of an environment variable.</param>
/// <param name="Line">1-based line in the file; null for environment variables and for what stands nowhere.</param>
public readonly record struct ConfigOrigin(string Source, int? Line)
{
    /// <summary>Text such as <c>jdc-config.toml:12</c> or <c>JDC__MODE</c>.</summary>
    public override string ToString() => Line is { } line ? $"{Source}:{line}" : Source;
}
