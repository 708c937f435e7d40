using System.Globalization;
using Bitcoin;

namespace JdClient.Configuration;

/// <summary>
/// Reads one table key by key, gives each value its key's type and collects every problem instead of stopping at the
/// first. Which keys are known follows from which were asked for.
/// </summary>
internal sealed partial class SectionReader(ConfigNode.Table table, string path, ConfigProblems problems)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SectionReader> _sections = new(StringComparer.Ordinal);

    /// <summary>Where the table begins.</summary>
    internal ConfigOrigin Origin => table.Origin;

    /// <summary>The keys asked for so far.</summary>
    internal IReadOnlySet<string> Known => _known;

    /// <summary>Whether the key is written.</summary>
    internal bool Has(string key) => table.Entries.ContainsKey(key);

    /// <summary>Where a key stands; the table's own place if it is not written.</summary>
    internal ConfigOrigin OriginOf(string key) => table.Entries.TryGetValue(key, out ConfigNode? node) ? node.Origin : table.Origin;

    /// <summary>Reports a value that is readable but wrong.</summary>
    internal void Error(string key, string message) => problems.Error(OriginOf(key), Full(key), message);

    /// <summary>Reports a value that works but is probably not what is wanted.</summary>
    internal void Warn(string key, string message) => problems.Warn(OriginOf(key), Full(key), message);

    /// <summary>Reports a key that must be written and is not.</summary>
    internal void Missing(string key, string example) =>
        problems.Missing(table.Origin, Full(key), $"is missing; write for example: {example}");

    /// <summary>The value of a key or of its older spelling. Both at once is an error.</summary>
    internal ConfigNode? Find(string key, string? older = null)
    {
        _known.Add(key);
        if (older is not null)
            _known.Add(older);
        table.Entries.TryGetValue(key, out ConfigNode? node);
        if (older is null || !table.Entries.TryGetValue(older, out ConfigNode? olderNode))
            return node;
        if (node is null)
        {
            Warn(older, $"is the older spelling of {key}; both work");
            return olderNode;
        }

        Error(older, $"is the older spelling of {key}, which is also given at {node.Origin}; remove one of them");
        return node;
    }

    /// <summary>A table below this one; null when it is not written or is something else.</summary>
    internal SectionReader? Section(string key)
    {
        ConfigNode? node = Find(key);
        switch (node)
        {
            case null:
                return null;
            case ConfigNode.Table inner:
                if (!_sections.TryGetValue(key, out SectionReader? section))
                    _sections.Add(key, section = new SectionReader(inner, Full(key), problems));
                return section;
            default:
                WrongKind(key, node, $"a table: write [{Full(key)}] on a line of its own and its keys below");
                return null;
        }
    }

    /// <summary>Text.</summary>
    internal string? Text(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case ConfigNode.Text text:
                return text.Value;
            case ConfigNode.Integer integer:
                Warn(key, "is text and should stand in double quotes");
                return integer.Value.ToString(CultureInfo.InvariantCulture);
            case { } other:
                WrongKind(key, other, "text in double quotes");
                return null;
        }
    }

    /// <summary>An integer within a range; null when it is not written or not right.</summary>
    internal long? Integer(string key, long min, long max, string? older = null)
    {
        if (Find(key, older) is not { } node)
            return null;
        string written = Has(key) ? key : older!;
        long value;
        switch (node)
        {
            case ConfigNode.Integer integer:
                value = integer.Value;
                break;
            case ConfigNode.Text text when TryInteger(text.Value, out value):
                if (!text.FromEnvironment)
                    Warn(written, "is a number and stands without quotes");
                break;
            default:
                WrongKind(written, node, $"an integer from {min} to {max}");
                return null;
        }

        if (value >= min && value <= max)
            return value;
        Error(written, $"is {value}; it must be from {min} to {max}");
        return null;
    }

    /// <summary>A number within a range; null when it is not written or not right.</summary>
    internal double? Number(string key, double min, double max)
    {
        if (Find(key) is not { } node)
            return null;
        double value;
        switch (node)
        {
            case ConfigNode.Integer integer:
                value = integer.Value;
                break;
            case ConfigNode.Float number:
                value = number.Value;
                break;
            case ConfigNode.Text text when double.TryParse(text.Value.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out value):
                if (!text.FromEnvironment)
                    Warn(key, "is a number and stands without quotes");
                break;
            default:
                WrongKind(key, node, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));
                return null;
        }

        if (double.IsFinite(value) && value >= min && value <= max)
            return value;
        Error(key, string.Create(CultureInfo.InvariantCulture, $"is {value}; it must be from {min} to {max}"));
        return null;
    }

    /// <summary>true or false.</summary>
    internal bool? Flag(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case ConfigNode.Boolean flag:
                return flag.Value;
            case ConfigNode.Text text when bool.TryParse(text.Value.Trim(), out bool value):
                if (!text.FromEnvironment)
                    Warn(key, "is true or false and stands without quotes");
                return value;
            case { } other:
                WrongKind(key, other, "true or false, without quotes");
                return null;
        }
    }

    /// <summary>An authority public key. Its text is never shown: somebody may have pasted the secret half.</summary>
    internal AuthorityPublicKey? PublicKey(string key)
    {
        if (Text(key) is not { } text)
            return null;
        if (AuthorityPublicKey.TryParse(text, out AuthorityPublicKey? publicKey, out FormatError error))
            return publicKey;
        Error(key, $"is not an authority public key: {error.Reason}");
        return null;
    }

    /// <summary>Warns of every key that nobody asked for, with the known key it is probably meant to be.</summary>
    /// <param name="topLevel">Keys known at the top, where a key below a [table] line often belongs.</param>
    internal void WarnUnknown(IReadOnlySet<string> topLevel)
    {
        foreach ((string key, ConfigNode node) in table.Entries)
        {
            if (_known.Contains(key))
                continue;
            string hint = "";
            if (path.Length > 0 && topLevel.Contains(key))
                hint = $"; {key} belongs at the top: a key below a [table] line is part of that table, so move it above the first one";
            else if (NearestKey.Of(key, _known) is { } nearest)
                hint = $"; did you mean {nearest}?";
            problems.Warn(node.Origin, Full(key), $"is not known and has no effect{hint}");
        }

        foreach (SectionReader section in _sections.Values)
            section.WarnUnknown(topLevel);
    }

    private static bool TryInteger(string text, out long value)
    {
        text = text.Trim().Replace("_", "", StringComparison.Ordinal);
        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private void WrongKind(string key, ConfigNode node, string wanted)
    {
        string got = node is ConfigNode.Text { FromEnvironment: true } ? "something else" : node.KindForPeople;
        Error(key, $"is {got}; it must be {wanted}");
    }

    private string Full(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
