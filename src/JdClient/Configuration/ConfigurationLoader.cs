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
        try
        {
            string directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
            if (Directory.Exists(path))
                throw new IOException("it is a directory");
            return Parse(File.Exists(path) ? ReadBounded(path) : null, path, environment, directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var unreadable = new ConfigProblem(
                ConfigSeverity.Error, new ConfigOrigin(path, null), "", $"cannot be read: {exception.Message}");
            return new ConfigurationResult(null, [unreadable]);
        }
    }

    // What is no ordinary file has no length, and may have no end either.
    private static string ReadBounded(string path)
    {
        using StreamReader reader = File.OpenText(path);
        char[] text = new char[TomlSource.MaxLength + 1];
        int length = reader.ReadBlock(text);
        return length <= TomlSource.MaxLength
            ? new string(text, 0, length)
            : throw new IOException("it is too large to be a configuration");
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

        if (text is null)
            problems.Warn(new ConfigOrigin(sourceName, null), "", "there is no such file; only the JDC__… variables count");
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
