using System.Collections.Immutable;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace JdClient.Configuration;

/// <summary>Reads TOML text into <see cref="ConfigNode"/>s that know their line.</summary>
internal static class TomlSource
{
    /// <summary>Longest configuration text that is read, in characters. Far above any real file, far below what hurts.</summary>
    internal const int MaxLength = 1 << 20;

    private const int MaxDepth = 16;

    /// <summary>The document's top-level table; what is not TOML is added to <paramref name="problems"/>.</summary>
    internal static ConfigNode.Table Read(string text, string sourceName, List<ConfigProblem> problems)
    {
        var root = new ConfigNode.Table(new ConfigOrigin(sourceName, null));
        if (text.Length > MaxLength)
        {
            problems.Add(Error(sourceName, null, $"the file is longer than {MaxLength} characters; is it a configuration file?"));
            return root;
        }

        DocumentSyntax document;
        try
        {
            document = SyntaxParser.Parse(text, new TomlSerializerOptions { MaxDepth = MaxDepth }, sourceName, validate: true);
        }
        catch (Exception exception) when (exception is TomlException or ArgumentException or FormatException or OverflowException)
        {
            problems.Add(Error(sourceName, (exception as TomlException)?.Line, "this is not TOML"));
            return root;
        }

        string[] lines = text.Split('\n');
        foreach (DiagnosticMessage diagnostic in document.Diagnostics)
        {
            if (diagnostic.Kind != DiagnosticMessageKind.Error)
                continue;
            int line = diagnostic.Span.Start.Line;

            // What follows from the first error of a line only repeats it.
            if (problems.Any(problem => problem.Origin.Line == line + 1))
                continue;
            problems.Add(Error(sourceName, line + 1, Describe(diagnostic, line >= 0 && line < lines.Length ? lines[line] : "")));
        }

        foreach (KeyValueSyntax pair in document.KeyValues)
            Put(root, pair, sourceName);
        foreach (TableSyntaxBase table in document.Tables)
            PutTable(root, table, sourceName);
        return root;
    }

    /// <summary>
    /// The parser's messages quote the offending text, which may be a key: on a key's line, and, as a stray quote
    /// makes one token of several lines, also on another.
    /// </summary>
    private static string Describe(DiagnosticMessage diagnostic, string line)
    {
        return MayHoldKey(line) || MayHoldKey(diagnostic.Message)
            ? "this line is not TOML (not shown, as it may hold a key); text values stand in double quotes"
            : $"this is not TOML: {diagnostic.Message}";
    }

    private static bool MayHoldKey(string text) =>
        text.Contains("key", StringComparison.OrdinalIgnoreCase) || text.Contains("secret", StringComparison.OrdinalIgnoreCase);

    private static ConfigProblem Error(string sourceName, int? line, string message) =>
        new(ConfigSeverity.Error, new ConfigOrigin(sourceName, line), "", message);

    private static void PutTable(ConfigNode.Table root, TableSyntaxBase syntax, string sourceName)
    {
        if (syntax.Name is not { } name)
            return;
        ImmutableArray<string> path = Path(name);
        if (path.IsEmpty || Descend(root, path.AsSpan()[..^1], Origin(syntax, sourceName)) is not { } parent)
            return;

        ConfigNode.Table? target;
        if (syntax is TableArraySyntax)
        {
            target = new ConfigNode.Table(Origin(syntax, sourceName));
            var before = parent.Entries.GetValueOrDefault(path[^1]) as ConfigNode.List;
            parent.Entries[path[^1]] = new ConfigNode.List(before?.Origin ?? target.Origin, (before?.Items ?? []).Add(target));
        }
        else
        {
            target = Descend(parent, path.AsSpan()[^1..], Origin(syntax, sourceName));
        }

        if (target is null)
            return;
        foreach (KeyValueSyntax pair in syntax.Items)
            Put(target, pair, sourceName);
    }

    private static void Put(ConfigNode.Table table, KeyValueSyntax pair, string sourceName)
    {
        if (pair.Key is not { } key || pair.Value is not { } value)
            return;
        ImmutableArray<string> path = Path(key);
        if (path.IsEmpty || Descend(table, path.AsSpan()[..^1], Origin(pair, sourceName)) is not { } parent)
            return;
        parent.Entries.TryAdd(path[^1], Convert(value, Origin(pair, sourceName), sourceName));
    }

    private static ConfigNode Convert(ValueSyntax value, ConfigOrigin origin, string sourceName)
    {
        switch (value)
        {
            case StringValueSyntax text:
                return new ConfigNode.Text(origin, text.Value ?? "", FromEnvironment: false);
            case IntegerValueSyntax integer:
                return new ConfigNode.Integer(origin, integer.Value);
            case FloatValueSyntax number:
                return new ConfigNode.Float(origin, number.Value);
            case BooleanValueSyntax flag:
                return new ConfigNode.Boolean(origin, flag.Value);
            case ArraySyntax array:
                return new ConfigNode.List(
                    origin,
                    [.. array.Items
                        .Where(item => item.Value is not null)
                        .Select(item => Convert(item.Value!, Origin(item, sourceName), sourceName))]);
            case InlineTableSyntax inline:
                var table = new ConfigNode.Table(origin);
                foreach (InlineTableItemSyntax item in inline.Items)
                {
                    if (item.KeyValue is { } pair)
                        Put(table, pair, sourceName);
                }

                return table;
            default:
                return new ConfigNode.Other(origin, "a date or time");
        }
    }

    /// <summary>The table at a path below another, made where it is missing; null where something else stands there.</summary>
    private static ConfigNode.Table? Descend(ConfigNode.Table table, ReadOnlySpan<string> path, ConfigOrigin origin)
    {
        foreach (string name in path)
        {
            if (!table.Entries.TryGetValue(name, out ConfigNode? next))
                table.Entries.Add(name, next = new ConfigNode.Table(origin));
            switch (next)
            {
                case ConfigNode.Table inner:
                    table = inner;
                    break;
                case ConfigNode.List { Items: [.., ConfigNode.Table last] }:
                    table = last;
                    break;
                default:
                    return null;
            }
        }

        return table;
    }

    private static ImmutableArray<string> Path(KeySyntax key)
    {
        var path = ImmutableArray.CreateBuilder<string>();
        if (Name(key.Key) is not { } first)
            return [];
        path.Add(first);
        foreach (DottedKeyItemSyntax item in key.DotKeys)
        {
            if (Name(item.Key) is not { } next)
                return [];
            path.Add(next);
        }

        return path.ToImmutable();
    }

    private static string? Name(BareKeyOrStringValueSyntax? key) => key switch
    {
        BareKeySyntax bare => bare.Key?.Text,
        StringValueSyntax text => text.Value,
        _ => null,
    };

    private static ConfigOrigin Origin(SyntaxNode node, string sourceName) => new(sourceName, node.Span.Start.Line + 1);
}
