using System.Collections.Immutable;

namespace JdClient.Configuration;

/// <summary>Collects what is wrong, so that it can be told all at once.</summary>
internal sealed class ConfigProblems
{
    private readonly List<ConfigProblem> _problems = [];

    /// <summary>Set when the text was not readable as a whole: a key that seems to be missing may only be hidden.</summary>
    internal bool IgnoreMissing { get; set; }

    /// <summary>Whether anything found keeps the daemon from starting.</summary>
    internal bool HasErrors => _problems.Any(problem => problem.Severity == ConfigSeverity.Error);

    internal void Error(ConfigOrigin origin, string key, string message) => _problems.Add(new(ConfigSeverity.Error, origin, key, message));

    internal void Warn(ConfigOrigin origin, string key, string message) => _problems.Add(new(ConfigSeverity.Warning, origin, key, message));

    internal void Missing(ConfigOrigin origin, string key, string message)
    {
        if (!IgnoreMissing)
            Error(origin, key, message);
    }

    internal void AddRange(IEnumerable<ConfigProblem> problems) => _problems.AddRange(problems);

    /// <summary>Everything found: by line, what has no line last, errors and warnings as they come.</summary>
    internal ImmutableArray<ConfigProblem> ToImmutable() =>
        [.. _problems
            .OrderBy(problem => problem.Origin.Line ?? int.MaxValue)
            .ThenBy(problem => problem.Origin.Source, StringComparer.Ordinal)];
}
