using BenchmarkDotNet.Attributes;
using Sv2.Channels;
using Sv2.Protocol;

namespace Benchmarks.Channels;

/// <summary>What a new job costs for each connection or standard channel, before it is encrypted and written.</summary>
public class FanOutBenchmarks
{
    private DownstreamChannel[] _standard = [];
    private JobStore _jobs = null!;

    [Params(1_000, 10_000)]
    public int Channels { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _jobs = ChannelWork.Jobs();
        _standard = [.. Enumerable.Range(0, Channels).Select(static slot => ChannelWork.Channel(ChannelKind.Standard, slot))];
    }

    [Benchmark]
    public int Groups()
    {
        Job job = _jobs.Reissue(_jobs.Active!);
        int bytes = 0;
        for (int i = 0; i < Channels; i++)
            bytes += job.ToExtended(1, 10).PayloadLength + job.ToSetNewPrevHash(1).PayloadLength;
        return bytes;
    }

    [Benchmark]
    public int Standard_channels_with_roots_of_their_own()
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
