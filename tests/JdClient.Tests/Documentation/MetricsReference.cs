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
        var text = new StringBuilder(
            """
            # Metrics reference

            What `/metrics` on `monitoring_address` holds. Made from the code and held to it by a test; the first lines of
            [configuration.md](configuration.md) say how to write it anew. `sv2_…` are the names of the reference's monitoring; its
            totals are true counters here, they survive channels and fallbacks.

            | metric | type | labels | meaning |
            |---|---|---|---|

            """);
        Rows(text, byChannel: false);
        text.Append(
            CultureInfo.InvariantCulture,
            $"""

            ## With `monitoring_worker_metrics = true`

            These come on top, or take the place of those above with the same name: `sum(rate(…))` of them is the same. At most
            {WorkerMetrics.MaxWorkers} workers, {WorkerMetrics.MaxWorkers} channels of miners and {PoolShareMetrics.MaxChannels} channels at
            pools have series of their own. A channel's series stay when it has ended, until another needs the place; what finds none is
            summed with `other` for each label.

            | metric | type | labels | meaning |
            |---|---|---|---|

            """);
        Rows(text, byChannel: true);
        return text.ToString();
    }

    private static void Rows(StringBuilder text, bool byChannel)
    {
        MetricFactory factory = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry());
        var latencies = new Latencies(factory);
        var shares = new PoolShareMetrics(factory, byChannel);
        object[] owners = byChannel
            ? [shares, new WorkerMetrics(factory)]
            : [new StateMetrics(factory, byChannel), new ProcessMetrics(factory), latencies, new EventMetrics(factory, latencies), shares];
        IEnumerable<Collector> collectors = owners
            .SelectMany(
                owner => owner.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(field => field.GetValue(owner)))
            .OfType<Collector>()
            .OrderBy(collector => collector.Name, StringComparer.Ordinal);
        foreach (Collector collector in collectors)
        {
            string labels = string.Join(", ", collector.LabelNames.Select(label => $"`{label}`"));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{collector.Name}` | {collector.GetType().Name.ToLowerInvariant()} | {labels} | {collector.Help} |\n");
        }
    }
}
