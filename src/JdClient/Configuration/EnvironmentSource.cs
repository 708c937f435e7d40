namespace JdClient.Configuration;

/// <summary>
/// Lays <c>JDC__KEY</c> variables over the file's values. Double underscores separate nested keys, letter case does not
/// matter, the environment wins. Values stay text until the key that reads them gives them a type.
/// </summary>
internal static class EnvironmentSource
{
    private const string Prefix = "JDC__";
    private const string ProviderKey = TemplateProviderReader.Key;

    // Variables of a list's entries: JDC__UPSTREAM_<NAME>__<FIELD>. The names give the order.
    private static readonly (string Prefix, string Key)[] Lists =
    [
        ("upstream_", "upstreams"),
        ("block_submit_", "block_submit"),
        ("template_provider_", TemplateProviderReader.ListKey),
    ];

    /// <summary>Adds the variables to <paramref name="root"/>. Returns how many there were.</summary>
    internal static int Apply(IEnumerable<KeyValuePair<string, string>> variables, ConfigNode.Table root, List<ConfigProblem> problems)
    {
        var entries = new SortedDictionary<string, ConfigNode.Table>(StringComparer.Ordinal);
        bool replaceProvider = true;
        int count = 0;
        foreach ((string name, string value) in variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            count++;
            var origin = new ConfigOrigin(name, null);
            string[] path = name[Prefix.Length..].ToLowerInvariant().Split("__");
            if (path.Any(part => part.Length == 0))
            {
                problems.Add(new(ConfigSeverity.Error, origin, "", "an empty key between double underscores"));
                continue;
            }

            var node = new ConfigNode.Text(origin, value, FromEnvironment: true);
            if (path is [var first, _, ..]
                && first != ProviderKey
                && Lists.Any(list => first.StartsWith(list.Prefix, StringComparison.Ordinal)))
            {
                if (!entries.TryGetValue(first, out ConfigNode.Table? entry))
                    entries.Add(first, entry = new ConfigNode.Table(origin));
                Put(entry, path.AsSpan(1), node);
                continue;
            }

            if (path is [ProviderKey, _, _, ..])
            {
                // The choice of a provider is one decision: what the file says of it no longer counts.
                if (replaceProvider)
                {
                    root.Entries[ProviderKey] = new ConfigNode.Table(origin);
                    root.Entries.Remove(TemplateProviderReader.ListKey);
                }

                replaceProvider = false;
                path[1] = VariantName(path[1]);
            }

            Put(root, path, node);
        }

        foreach ((string prefix, string key) in Lists)
        {
            ConfigNode[] list =
                [.. entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => entry.Value)];
            if (list.Length == 0)
                continue;
            root.Entries[key] = new ConfigNode.List(list[0].Origin, [.. list]);
            if (key == TemplateProviderReader.ListKey && replaceProvider)
                root.Entries.Remove(ProviderKey);
        }

        return count;
    }

    private static string VariantName(string lowered) => lowered switch
    {
        "sv2tp" => "Sv2Tp",
        "bitcoincoreipc" => "BitcoinCoreIpc",
        _ => lowered,
    };

    private static void Put(ConfigNode.Table table, ReadOnlySpan<string> path, ConfigNode.Text node)
    {
        foreach (string part in path[..^1])
        {
            if (!table.Entries.TryGetValue(part, out ConfigNode? next) || next is not ConfigNode.Table)
                table.Entries[part] = next = new ConfigNode.Table(node.Origin);
            table = (ConfigNode.Table)next;
        }

        table.Entries[path[^1]] = node;
    }
}
