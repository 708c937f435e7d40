using System.Text.RegularExpressions;
using JdClient.Configuration;
using JdClient.Tests.Configuration;
using TestSupport;

namespace JdClient.Tests.Documentation;

public sealed partial class DocumentationTests
{
    [Fact]
    public void The_configuration_reference_is_that_of_the_code() => Check("configuration.md", ConfigurationReference.Write());

    [Fact]
    public void The_metrics_reference_is_that_of_the_code() => Check("metrics.md", MetricsReference.Write());

    [Fact]
    public void The_manuals_alerts_are_the_rules_that_are_shipped() =>
        Check("operation.md", AlertReference.Write(File.ReadAllText(Path.Combine(Repository.Path, "docs", "operation.md"))));

    [Fact]
    public void Every_key_that_is_printed_is_documented()
    {
        string reference = ConfigurationReference.Write();
        string printed = EffectiveConfiguration.ToToml(ConfigText.Read(ConfigText.Whole).Configuration!);
        string[] keys = [.. PrintedKey().Matches(printed).Select(match => match.Groups["key"].Value).Distinct()];
        Assert.NotEmpty(keys);
        Assert.Equal([], keys.Where(key => !reference.Contains($"`{key}`", StringComparison.Ordinal)).ToArray());
    }

    private static void Check(string name, string expected)
    {
        string path = Path.Combine(Repository.Path, "docs", name);
        if (Environment.GetEnvironmentVariable("JDC_WRITE_DOCS") == "1")
            File.WriteAllText(path, expected);
        Assert.True(
            File.Exists(path) && expected == File.ReadAllText(path),
            $"docs/{name} differs from the code; the first lines of docs/configuration.md say how to write it anew");
    }

    [GeneratedRegex(@"^(?:# )?(?<key>[a-z_0-9]+)(?: =| is not set)", RegexOptions.Multiline)]
    private static partial Regex PrintedKey();
}
