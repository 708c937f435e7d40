using System.CommandLine;

namespace Testbed.Commands;

/// <summary>Makes command-line options.</summary>
internal static class Opt
{
    public static Option<T> Of<T>(string name, string description, T fallback) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback };

    public static Option<T?> Of<T>(string name, string description) => new(name) { Description = description };

    public static Option<string[]> Program(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };
}
