using System.Collections.Immutable;

namespace JdClient.Configuration;

internal sealed partial class SectionReader
{
    /// <summary>A list of texts; a comma-separated one in an environment variable.</summary>
    internal ImmutableArray<string> Texts(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case ConfigNode.Text { FromEnvironment: true } text:
                return [.. SplitCommas(text.Value)];
            case ConfigNode.List list:
                var items = ImmutableArray.CreateBuilder<string>(list.Items.Length);
                foreach (ConfigNode item in list.Items)
                {
                    if (item is ConfigNode.Text text)
                        items.Add(text.Value);
                    else
                        problems.Error(item.Origin, Full(key), $"holds {item.KindForPeople}; each entry must be text in double quotes");
                }

                return items.ToImmutable();
            case { } other:
                WrongKind(key, other, "a list of texts such as [\"a\", \"b\"]");
                return [];
        }
    }

    /// <summary>A list of 16-bit numbers; a comma-separated one in an environment variable.</summary>
    internal ImmutableArray<ushort> Numbers16(string key)
    {
        IEnumerable<ConfigNode> nodes;
        switch (Find(key))
        {
            case null:
                return [];
            case ConfigNode.Text { FromEnvironment: true } text:
                nodes = SplitCommas(text.Value).Select(part => new ConfigNode.Text(text.Origin, part, FromEnvironment: true));
                break;
            case ConfigNode.List list:
                nodes = list.Items;
                break;
            case { } other:
                WrongKind(key, other, "a list of numbers such as [0x0002]");
                return [];
        }

        var items = ImmutableArray.CreateBuilder<ushort>();
        foreach (ConfigNode node in nodes)
        {
            long value = node switch
            {
                ConfigNode.Integer integer => integer.Value,
                ConfigNode.Text { FromEnvironment: true } text when TryInteger(text.Value, out long parsed) => parsed,
                _ => -1,
            };
            if (value is < 0 or > ushort.MaxValue)
                problems.Error(node.Origin, Full(key), "each entry must be a number from 0 to 0xffff, without quotes");
            else if (!items.Contains((ushort)value))
                items.Add((ushort)value);
        }

        return items.ToImmutable();
    }

    /// <summary>The tables of an array of tables, each with its own reader; null when the key is not written.</summary>
    internal ImmutableArray<SectionReader>? Tables(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case ConfigNode.List list:
                var readers = ImmutableArray.CreateBuilder<SectionReader>(list.Items.Length);
                for (int i = 0; i < list.Items.Length; i++)
                {
                    string name = $"{key}[{i}]";
                    if (list.Items[i] is not ConfigNode.Table inner)
                    {
                        problems.Error(
                            list.Items[i].Origin,
                            Full(name),
                            $"is {list.Items[i].KindForPeople}; it must be a table under [[{Full(key)}]]");
                        continue;
                    }

                    var reader = new SectionReader(inner, Full(name), problems);
                    _sections[name] = reader;
                    readers.Add(reader);
                }

                return readers.ToImmutable();
            case { } other:
                WrongKind(key, other, $"an array of tables: one [[{Full(key)}]] line above the keys of each");
                return [];
        }
    }

    private static string[] SplitCommas(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
