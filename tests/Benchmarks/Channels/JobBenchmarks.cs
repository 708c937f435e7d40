using BenchmarkDotNet.Attributes;
using Sv2.Channels;
using Sv2.Protocol;

namespace Benchmarks.Channels;

/// <summary>What a new job costs before it is written: once for all, then for each connection or standard channel.</summary>
public class JobBenchmarks
{
    private const int Connections = 1000;

    private readonly DownstreamChannel[] _standard = [.. Enumerable.Range(0, Connections).Select(static slot => ChannelWork.Channel(ChannelKind.Standard, slot))];
    private JobStore _jobs = null!;

    [GlobalSetup]
    public void Setup() => _jobs = ChannelWork.Jobs();

    [Benchmark]
    public Job Make_a_job() => _jobs.AddActive(ChannelWork.Template, ChannelWork.Cut());

    [Benchmark]
    public int Messages_for_1000_groups()
    {
        Job job = _jobs.Reissue(_jobs.Active!);
        int bytes = 0;
        for (uint i = 0; i < Connections; i++)
            bytes += job.ToExtended(1, 10).PayloadLength + job.ToSetNewPrevHash(1).PayloadLength;
        return bytes;
    }

    [Benchmark]
    public int Messages_for_1000_standard_channels()
    {
        Job job = _jobs.Reissue(_jobs.Active!);
        int bytes = 0;
        foreach (DownstreamChannel channel in _standard)
        {
            Sv2Message message = channel.ToMessage(job);
            bytes += message.PayloadLength;
        }

        return bytes;
    }
}
