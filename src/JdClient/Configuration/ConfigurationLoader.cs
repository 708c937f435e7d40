using System.Collections;
using System.Collections.Immutable;

namespace JdClient.Configuration;

/// <summary>A configuration with everything that was noticed about it.</summary>
/// <param name="Configuration">Null where there is an error among the problems.</param>
/// <param name="Problems">Errors and warnings, by line.</param>
public sealed record ConfigurationResult(JdcConfiguration? Configuration, ImmutableArray<ConfigProblem> Problems);

/// <summary>
/// Reads the configuration from a TOML file and <c>JDC__…</c> variables, which win over the file. Never throws for what
/// stands in either: everything wrong is in the result, all at once.
/// </summary>
public static class ConfigurationLoader
{
    /// <summary>The file read when none is named, in the working directory.</summary>
    public const string DefaultFile = "jdc-config.toml";

    /// <summary>Reads a file, which may be missing where variables supply the settings.</summary>
    /// <param name="path">The file.</param>
    /// <param name="environment">Environment variables; other than <c>JDC__…</c> only <c>RUST_LOG</c>, <c>STATE_DIRECTORY</c> and what
    /// paths name are used.</param>
    public static ConfigurationResult Load(string path, IReadOnlyDictionary<string, string> environment)
    {
        string? text = null;
        ConfigProblem? unreadable = null;
        try
        {
            if (File.Exists(path))
            {
                text = new FileInfo(path).Length <= TomlSource.MaxLength * 4L
                    ? File.ReadAllText(path)
                    : throw new IOException("the file is too large to be a configuration");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            unreadable = new(ConfigSeverity.Error, new ConfigOrigin(path, null), "", $"cannot be read: {exception.Message}");
        }

        if (unreadable is not null)
            return new ConfigurationResult(null, [unreadable]);
        string directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        return Parse(text, path, environment, directory);
    }

    /// <summary>Reads configuration text.</summary>
    /// <param name="text">TOML; null where there is no file.</param>
    /// <param name="sourceName">The name of the text in messages.</param>
    /// <param name="environment">As in <see cref="Load"/>.</param>
    /// <param name="directory">The directory beside which data is kept by default.</param>
    public static ConfigurationResult Parse(
        string? text,
        string sourceName,
        IReadOnlyDictionary<string, string> environment,
        string directory)
    {
        var found = new List<ConfigProblem>();
        ConfigNode.Table root = text is null
            ? new ConfigNode.Table(new ConfigOrigin("environment", null))
            : TomlSource.Read(text, sourceName, found);
        var problems = new ConfigProblems { IgnoreMissing = found.Count > 0 };
        int variables = EnvironmentSource.Apply(environment, root, found);
        problems.AddRange(found);
        if (text is null && variables == 0)
        {
            string message = "no configuration found: there is no such file and no JDC__… variable; name a file with --config "
                + "(config-examples holds some to start from)";
            problems.Error(new ConfigOrigin(sourceName, null), "", message);
            return new ConfigurationResult(null, problems.ToImmutable());
        }

        var top = new SectionReader(root, "", problems);
        JdcConfiguration? configuration = new RootReader(top, environment, directory).Read();
        top.WarnUnknown(top.Known);
        return new ConfigurationResult(problems.HasErrors ? null : configuration, problems.ToImmutable());
    }

    /// <summary>The process's environment variables.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return variables;
    }
}
