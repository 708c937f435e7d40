using System.Text;
using System.Text.RegularExpressions;
using TestSupport;

namespace JdClient.Tests.Documentation;

/// <summary>Makes the operation manual's table of alerts from the rules that Prometheus is given.</summary>
internal static partial class AlertReference
{
    private const string Rules = "packaging/docker/prometheus/alerts.yml";

    private const string Head = "| alert | condition | meaning |\n|---|---|---|\n";

    /// <summary>The manual with the table as it has to be.</summary>
    internal static string Write(string manual)
    {
        int start = manual.IndexOf(Head, StringComparison.Ordinal) + Head.Length;
        int end = manual.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
        var rows = new StringBuilder();
        string rules = File.ReadAllText(Path.Combine(Repository.Path, Rules));
        MatchCollection read = Rule().Matches(rules);
        Assert.Equal(rules.Split("- alert:").Length - 1, read.Count);
        foreach (Match rule in read)
        {
            string lasting = rule.Groups["for"] is { Success: true, Value: var time } ? $" for {time}" : "";
            string fix = rule.Groups["fix"] is { Success: true, Value: var text } ? $". {text}" : "";
            rows.Append($"| {rule.Groups["name"]} | `{rule.Groups["expr"]}`{lasting} | {rule.Groups["summary"]}{fix} |\n");
        }

        return string.Concat(manual.AsSpan(0, start), rows.ToString(), manual.AsSpan(end));
    }

    [GeneratedRegex(
        @"- alert: (?<name>\w+)\n +expr: (?<expr>.+)\n(?: +for: (?<for>\w+)\n)? +labels: .*\n"
            + @" +annotations: \{ summary: ""(?<summary>[^""]+)""(?:, fix: ""(?<fix>[^""]+)"")?")]
    private static partial Regex Rule();
}
