using System.Globalization;
using System.Text.RegularExpressions;

namespace JdClient.Tests.Monitoring;

/// <summary>Reads Prometheus' text format and asserts what promtool checks: one HELP and TYPE for each family, names, no sample twice,
/// counters that end in _total, histograms whose buckets grow and end at +Inf.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, string> _types = [];

    internal Dictionary<string, double> Samples { get; } = [];

    internal IEnumerable<string> Counters => Samples.Keys.Where(sample => _types[Family(sample)] is "counter" or "histogram");

    internal static Exposition Parse(string text)
    {
        var exposition = new Exposition();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        HashSet<string> helped = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                string[] parts = line.Split(' ', 4);
                Assert.True(parts.Length == 4 && parts[3].Length > 0, $"no help text: {line}");
                Assert.True(helped.Add(parts[2]), $"twice: {line}");
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] parts = line.Split(' ');
                Assert.True(exposition._types.TryAdd(parts[2], parts[3]), $"twice: {line}");
                Assert.Contains(parts[2], helped);
            }
            else
            {
                exposition.Add(line);
            }
        }

        exposition.CheckFamilies();
        return exposition;
    }

    private void Add(string line)
    {
        Match match = Sample().Match(line);
        Assert.True(match.Success, $"not a sample: {line}");
        string name = match.Groups["name"].Value;
        Assert.True(_types.ContainsKey(Family(name)), $"no TYPE before {line}");
        double value = match.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "NaN" => double.NaN,
            string number => double.Parse(number, CultureInfo.InvariantCulture),
        };
        Assert.True(Samples.TryAdd(name + match.Groups["labels"].Value, value), $"sample twice: {line}");
    }

    private void CheckFamilies()
    {
        foreach ((string family, string type) in _types)
        {
            Assert.True(type is not "counter" || family.EndsWith("_total", StringComparison.Ordinal), $"{family} is a counter");
            if (type != "histogram")
                continue;
            double[] buckets =
            [
                .. Samples.Where(sample => sample.Key.StartsWith(family + "_bucket{", StringComparison.Ordinal)).Select(
                    sample => sample.Value),
            ];
            Assert.NotEmpty(buckets);
            Assert.Equal(buckets.Order(), buckets);
            Assert.Equal(Samples[family + "_count"], Samples[family + "_bucket{le=\"+Inf\"}"]);
        }
    }

    private string Family(string sample)
    {
        string name = sample.Split('{')[0];
        foreach (string ending in new[] { "_bucket", "_sum", "_count" })
        {
            if (name.EndsWith(ending, StringComparison.Ordinal) && _types.GetValueOrDefault(name[..^ending.Length]) == "histogram")
                return name[..^ending.Length];
        }

        return name;
    }

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{([a-zA-Z_][a-zA-Z0-9_]*="(\\[\\"n]|[^\\"\n])*",?)+\})? (?<value>\S+)$""")]
    private static partial Regex Sample();
}
