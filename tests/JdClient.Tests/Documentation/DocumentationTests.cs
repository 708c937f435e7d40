using System.Text.RegularExpressions;
using JdClient.Configuration;
using JdClient.Tests.Configuration;

namespace JdClient.Tests.Documentation;

public sealed partial class DocumentationTests
{
    [Fact]
    public void The_configuration_reference_is_that_of_the_code()
    {
        string path = Path.Combine(Repository(), "docs", "configuration.md");
        string expected = ConfigurationReference.Write();
        if (Environment.GetEnvironmentVariable("JDC_WRITE_DOCS") == "1")
            File.WriteAllText(path, expected);
        Assert.True(
            expected == File.ReadAllText(path),
            "docs/configuration.md differs from the code; its first lines say how to write it anew");
    }

    [Fact]
    public void Every_key_that_is_printed_is_documented()
    {
        string reference = ConfigurationReference.Write();
        string printed = EffectiveConfiguration.ToToml(ConfigText.Read(ConfigText.Whole).Configuration!);
        string[] keys = [.. PrintedKey().Matches(printed).Select(match => match.Groups["key"].Value).Distinct()];
        Assert.NotEmpty(keys);
        Assert.Equal([], keys.Where(key => !reference.Contains($"`{key}`", StringComparison.Ordinal)).ToArray());
    }

    private static string Repository()
    {
        DirectoryInfo directory = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "JdClient.sln")))
            directory = directory.Parent ?? throw new DirectoryNotFoundException("the tests run outside of the repository");
        return directory.FullName;
    }

    [GeneratedRegex(@"^(?:# )?(?<key>[a-z_0-9]+)(?: =| is not set)", RegexOptions.Multiline)]
    private static partial Regex PrintedKey();
}
