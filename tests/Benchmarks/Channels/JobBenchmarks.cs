using BenchmarkDotNet.Attributes;
using Sv2.Channels;

namespace Benchmarks.Channels;

/// <summary>What a new job costs once, for all.</summary>
public class JobBenchmarks
{
    private JobStore _jobs = null!;

    [GlobalSetup]
    public void Setup() => _jobs = ChannelWork.Jobs();

    [Benchmark]
    public Job Make_a_job() => _jobs.AddActive(ChannelWork.Template, ChannelWork.Cut());
}
