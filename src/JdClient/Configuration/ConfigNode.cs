using System.Collections.Immutable;

namespace JdClient.Configuration;

/// <summary>A configuration value as written, before any key gives it a type. TOML and environment meet here.</summary>
/// <param name="Origin">Where it stands.</param>
public abstract record ConfigNode(ConfigOrigin Origin)
{
    /// <summary>Text; <paramref name="FromEnvironment"/> marks text that may stand for any type.</summary>
    public sealed record Text(ConfigOrigin Origin, string Value, bool FromEnvironment) : ConfigNode(Origin);

    /// <summary>An integer.</summary>
    public sealed record Integer(ConfigOrigin Origin, long Value) : ConfigNode(Origin);

    /// <summary>A number with a fraction.</summary>
    public sealed record Float(ConfigOrigin Origin, double Value) : ConfigNode(Origin);

    /// <summary>true or false.</summary>
    public sealed record Boolean(ConfigOrigin Origin, bool Value) : ConfigNode(Origin);

    /// <summary>A list of anything, also an array of tables.</summary>
    public sealed record List(ConfigOrigin Origin, ImmutableArray<ConfigNode> Items) : ConfigNode(Origin);

    /// <summary>Something TOML has and no key of ours takes (a date).</summary>
    public sealed record Other(ConfigOrigin Origin, string Kind) : ConfigNode(Origin);

    /// <summary>A table. Filled by one source after the other, then only read.</summary>
    public sealed record Table(ConfigOrigin Origin) : ConfigNode(Origin)
    {
        /// <summary>Values by key, in the order written.</summary>
        public OrderedDictionary<string, ConfigNode> Entries { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>What the value is, for messages ("a number", "a table").</summary>
    public string KindForPeople => this switch
    {
        Text => "text",
        Integer => "an integer",
        Float => "a number with a fraction",
        Boolean => "true or false",
        List => "a list",
        Table => "a table",
        Other other => other.Kind,
        _ => "something else",
    };
}
