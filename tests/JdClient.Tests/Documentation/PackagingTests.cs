using System.Text.RegularExpressions;
using TestSupport;

namespace JdClient.Tests.Documentation;

/// <summary>Dashboard and alert rules ask for metrics that there are.</summary>
public sealed partial class PackagingTests
{
    [Theory]
    [InlineData("packaging/docker/prometheus/alerts.yml")]
    [InlineData("packaging/docker/grafana/dashboards/jdclient.json")]
    public void Every_metric_that_is_asked_for_exists(string file)
    {
        HashSet<string> known = [.. KnownMetric().Matches(MetricsReference.Write()).Select(match => match.Groups["name"].Value)];
        string[] asked = [.. AskedMetric().Matches(File.ReadAllText(Path.Combine(Repository.Path, file)))
            .Select(match => match.Groups["name"].Value)
            .Distinct()];
        Assert.NotEmpty(asked);
        Assert.Equal([], asked.Where(name => !known.Contains(name)).ToArray());
    }

    [GeneratedRegex(@"^\| `(?<name>[a-z0-9_]+)`", RegexOptions.Multiline)]
    private static partial Regex KnownMetric();

    [GeneratedRegex(@"\b(?<name>(jdc|sv2)_[a-z0-9_]+?)(_bucket|_sum|_count)?\b(?!_)")]
    private static partial Regex AskedMetric();
}
