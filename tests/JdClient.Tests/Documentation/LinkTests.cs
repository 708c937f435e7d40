using System.Text.RegularExpressions;
using TestSupport;

namespace JdClient.Tests.Documentation;

public sealed partial class LinkTests
{
    [Fact]
    public void Every_relative_link_leads_to_a_file_and_heading()
    {
        string[] broken = [.. Pages().SelectMany(BrokenLinks)];
        Assert.Equal([], broken);
    }

    [Fact]
    public void Every_key_in_the_tables_of_the_readme_is_in_the_configuration_reference()
    {
        string reference = File.ReadAllText(Path.Combine(Repository.Path, "docs", "configuration.md"));
        string[] keys = [.. File.ReadLines(Path.Combine(Repository.Path, "README.md"))
            .SkipWhile(static line => !line.StartsWith("| key |", StringComparison.Ordinal))
            .TakeWhile(static line => line.StartsWith('|'))
            .SelectMany(static line => Code().Matches(line.Split('|')[1]))
            .Select(static match => match.Groups["code"].Value)];
        Assert.NotEmpty(keys);
        Assert.Equal([], keys.Where(key => !reference.Contains(key, StringComparison.Ordinal)).ToArray());
    }

    private static IEnumerable<string> Pages() =>
    [
        .. Directory.EnumerateFiles(Repository.Path, "*.md"),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Path, "docs"), "*.md"),
    ];

    private static IEnumerable<string> BrokenLinks(string page)
    {
        foreach (Match link in Link().Matches(File.ReadAllText(page)))
        {
            string[] parts = link.Groups["target"].Value.Split('#', 2);
            string target = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
            bool leads = parts is [_, var heading]
                ? File.Exists(target) && File.ReadLines(target).Any(line => line.StartsWith('#') && AnchorOf(line) == heading)
                : Path.Exists(target);
            if (!leads)
                yield return $"{Path.GetFileName(page)}: {link.Groups["target"].Value}";
        }
    }

    // As the usual renderers make them: small letters, spaces as hyphens, no punctuation.
    private static string AnchorOf(string heading) => string.Concat(heading.TrimStart('#').Trim().ToLowerInvariant()
        .Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')
        .Select(static c => c == ' ' ? '-' : c));

    [GeneratedRegex(@"\]\((?<target>(?![a-z]+:)[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Code();
}
