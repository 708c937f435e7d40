using Prometheus;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using SetNewPrevHash = Sv2.Protocol.Mining.SetNewPrevHash;

namespace JdClient.Monitoring.Metrics;

/// <summary>
/// How long things take from their cause's arrival until they are written to a socket, or from question to answer. Called by write
/// loops and by the actor; thread-safe.
/// </summary>
internal sealed class Latencies
{
    // 50 µs to 26 s, each twice the one before.
    private static readonly double[] Buckets = Histogram.ExponentialBuckets(0.000_05, 2, 20);

    private readonly Histogram _tipToJob;
    private readonly Histogram _templateToJob;
    private readonly Histogram _share;
    private readonly Histogram _block;

    internal Latencies(MetricFactory metrics)
    {
        _tipToJob = Create(
            metrics,
            "jdc_tip_to_job_seconds",
            "From a template provider's new prev-hash to the write of it to a miner; one value a miner.");
        _templateToJob = Create(
            metrics, "jdc_template_to_job_seconds", "From a template to the write of its job to a miner; one value a miner.");
        _share = Create(metrics, "jdc_share_forward_seconds", "From a miner's share to the write of it to the pool.");
        _block = Create(
            metrics,
            "jdc_block_to_submit_seconds",
            "From the share that is a block to the write of SubmitSolution to a template provider over Sv2.");
        Declaration = Create(metrics, "jdc_declaration_seconds", "From DeclareMiningJob to the job declarator's acknowledgement.");
        CustomJob = Create(metrics, "jdc_custom_job_seconds", "From SetCustomMiningJob to the pool's acknowledgement.");
    }

    /// <summary>From declaration to acknowledgement.</summary>
    internal Histogram Declaration { get; }

    /// <summary>From a custom job to its acknowledgement.</summary>
    internal Histogram CustomJob { get; }

    /// <summary>A message that follows from a template, a tip or a share was written.</summary>
    /// <param name="message">Which.</param>
    /// <param name="elapsed">Time since the cause came in.</param>
    internal void Written(Sv2Message message, TimeSpan elapsed)
    {
        Histogram? histogram = message switch
        {
            SetNewPrevHash => _tipToJob,
            NewExtendedMiningJob or NewMiningJob => _templateToJob,
            SubmitSharesExtended => _share,
            SubmitSolution => _block,
            _ => null,
        };
        histogram?.Observe(elapsed.TotalSeconds);
    }

    private static Histogram Create(MetricFactory metrics, string name, string help) =>
        metrics.CreateHistogram(name, help, new HistogramConfiguration { Buckets = Buckets });
}
