using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using JdClient.Configuration;
using JdClient.Core;

namespace JdClient.Tests.Documentation;

/// <summary>Makes docs/configuration.md from the configuration's types, their doc comments and the tables of keys.</summary>
internal static partial class ConfigurationReference
{
    private static readonly DocComments Comments = new(KeysByProperty(), typeof(JdcConfiguration).Assembly, typeof(CoreOptions).Assembly);

    internal static string Write()
    {
        var text = new StringBuilder();
        text.Append(
            """
            # Configuration reference

            Made from the doc comments of the configuration's types; a test holds it to them. To write it anew:
            `JDC_WRITE_DOCS=1 dotnet test --project tests/JdClient.Tests -- --filter-class '*DocumentationTests*'`.
            `JdClient --check-config -c FILE` prints the values in effect. Every key can come from the environment as well, see the README.

            """);
        Keys(
            text,
            "Top level",
            "Keys before the first section. Each table of `[[template_providers]]` names its `type`, `Sv2Tp` or `BitcoinCoreIpc`, "
            + "and has that type's keys.",
            typeof(JdcConfiguration),
            typeof(DownstreamConfiguration),
            typeof(LogConfiguration),
            typeof(MonitoringConfiguration));
        Keys(text, "`[[upstreams]]`", null, typeof(UpstreamConfiguration));
        Keys(text, "`[template_provider_type.Sv2Tp]`", null, typeof(TemplateProviderConfiguration.Sv2Tp));
        Keys(text, "`[template_provider_type.BitcoinCoreIpc]`", null, typeof(TemplateProviderConfiguration.BitcoinCoreIpc));
        Keys(text, "`[miner_telemetry]`", null, typeof(MinerTelemetryConfiguration));
        Keys(text, "`[[block_submit]]`", null, typeof(BlockSubmitConfiguration));
        Numbers(text, "`[block_journal]`", OptionKeys.BlockJournal, new BlockJournalConfiguration());
        Numbers(text, "`[limits]`", OptionKeys.Limits, new LimitConfiguration());
        Rows(text, OptionKeys.CoreLimits, new CoreLimits());
        Numbers(text, "`[fallback]`", OptionKeys.Fallback, new FallbackOptions());
        Numbers(text, "`[deadlines]`", OptionKeys.Deadlines, new DeadlineOptions());
        Numbers(text, "`[watchdog]`", OptionKeys.Watchdog, new WatchdogConfiguration());
        return text.ToString();
    }

    private static Dictionary<string, string> KeysByProperty() => new[]
        {
            OptionKeys.Limits.Select(key => (key.Property, key.Key)),
            OptionKeys.CoreLimits.Select(key => (key.Property, key.Key)),
            OptionKeys.BlockJournal.Select(key => (key.Property, key.Key)),
            OptionKeys.Fallback.Select(key => (key.Property, key.Key)),
            OptionKeys.Deadlines.Select(key => (key.Property, key.Key)),
            OptionKeys.Watchdog.Select(key => (key.Property, key.Key)),
        }.SelectMany(keys => keys).DistinctBy(key => key.Property).ToDictionary(key => key.Property, key => key.Key);

    // Keys whose doc comment names them in parentheses.
    private static void Keys(StringBuilder text, string title, string? introduction, params Type[] types)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n{introduction ?? Comments.Summary(types[0])}\n\n");
        text.Append("| key | meaning |\n|---|---|\n");
        foreach ((string keys, string meaning) in types.SelectMany(NamedKeys))
            text.Append(CultureInfo.InvariantCulture, $"| {keys} | {meaning} |\n");
    }

    private static IEnumerable<(string Keys, string Meaning)> NamedKeys(Type type)
    {
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string summary = Comments.Summary(property);
            if (Named().Match(summary) is { Success: true } named)
                yield return (named.Groups["keys"].Value, summary.Remove(named.Index, named.Length));
        }
    }

    // Keys of a table, which knows default and range.
    private static void Numbers<T>(StringBuilder text, string title, IReadOnlyList<OptionKey<T>> keys, T defaults)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n{Comments.Summary(typeof(T))}\n\n");
        text.Append("| key | meaning | default | from … to |\n|---|---|---|---|\n");
        foreach ((string key, string meaning) in NamedKeys(typeof(T)).Where(named => !keys.Any(key => named.Keys == $"`{key.Key}`")))
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {key} | {Default().Replace(meaning, string.Empty)} | {DefaultInWords().Match(meaning).Groups["words"]} | |\n");
        Rows(text, keys, defaults);
    }

    private static void Rows<T>(StringBuilder text, IReadOnlyList<OptionKey<T>> keys, T defaults)
    {
        foreach (OptionKey<T> key in keys)
        {
            string meaning = Named().Replace(Comments.Summary(typeof(T).GetProperty(key.Property)!), string.Empty);

            // A default that depends on the machine stands in words.
            string inWords = DefaultInWords().Match(meaning).Groups["words"].Value;
            string value = inWords.Length > 0 ? inWords : string.Create(CultureInfo.InvariantCulture, $"{key.Get(defaults):#,0.####}");
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{key.Key}` | {Default().Replace(meaning, string.Empty)} | {value} | {key.Min:#,0.####} … {key.Max:#,0.####} |\n");
        }
    }

    // What stands in parentheses and begins with a key: it, and its older spellings.
    [GeneratedRegex(@" \((?<keys>`[a-z][^`]*`[^()]*)\)")]
    private static partial Regex Named();

    [GeneratedRegex(@" Default:? [^.]*\.")]
    private static partial Regex Default();

    [GeneratedRegex(@" Default: (?<words>[^.]*)\.")]
    private static partial Regex DefaultInWords();
}
