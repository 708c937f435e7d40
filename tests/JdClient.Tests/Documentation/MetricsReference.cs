using System.Globalization;
using System.Reflection;
using System.Text;
using JdClient.Monitoring.Metrics;
using Prometheus;

namespace JdClient.Tests.Documentation;

/// <summary>Makes docs/metrics.md from the metrics themselves: name, labels and help text.</summary>
internal static class MetricsReference
{
    internal static string Write()
    {
        MetricFactory factory = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry());
        var latencies = new Latencies(factory);
        object[] owners = [new StateMetrics(factory), latencies, new EventMetrics(factory, latencies), new WorkerMetrics(factory)];
        Collector[] collectors = [.. owners
            .SelectMany(owner => owner.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(field => field.GetValue(owner)))
            .OfType<Collector>()
            .OrderBy(collector => collector.Name, StringComparer.Ordinal)];
        var text = new StringBuilder(
            """
            # Metrics reference

            What `/metrics` on `monitoring_address` holds, beside the runtime's own `process_…` and `dotnet_…`. Made from the code and held
            to it by a test; the first lines of [configuration.md](configuration.md) say how to write it anew. `sv2_…` are the names of the
            reference's monitoring; its totals are true counters here, they survive channels and fallbacks. `jdc_worker_…` are there with
            `monitoring_worker_metrics = true` only.

            | metric | type | labels | meaning |
            |---|---|---|---|

            """);
        foreach (Collector collector in collectors)
        {
            string labels = string.Join(", ", collector.LabelNames.Select(label => $"`{label}`"));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{collector.Name}` | {collector.GetType().Name.ToLowerInvariant()} | {labels} | {collector.Help} |\n");
        }

        return text.ToString();
    }
}
