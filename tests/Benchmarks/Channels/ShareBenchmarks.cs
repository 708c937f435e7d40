using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Bitcoin;
using Sv2.Channels;
using Sv2.Protocol.Mining;

namespace Benchmarks.Channels;

/// <summary>
/// What a share costs from the decoded message to the reply and the message for the pool. Every share is another one and valid.
/// </summary>
public class ShareBenchmarks
{
    private readonly byte[] _extranonce = new byte[8];
    private JobStore _jobs = null!;
    private DownstreamChannel _extended = null!;
    private DownstreamChannel _standard = null!;
    private UpstreamChannel _upstream = null!;
    private uint _nonce;

    [GlobalSetup]
    public void Setup()
    {
        _jobs = ChannelWork.Jobs();
        _extended = ChannelWork.Channel(ChannelKind.Extended);
        _standard = ChannelWork.Channel(ChannelKind.Standard, slot: 2);
        _upstream = new UpstreamChannel(1, ChannelWork.Pool, U256.MaxValue);
        _upstream.AddJob(77, _jobs.Active!);
    }

    [Benchmark(Baseline = true)]
    public ShareVerdict Extended_share_accepted() => _extended.Submit(NextExtended(), _jobs, ChannelWork.Now, out _).Verdict;

    [Benchmark]
    public ShareVerdict Standard_share_accepted() => _standard.Submit(Next(default), _jobs, ChannelWork.Now, out _).Verdict;

    [Benchmark]
    public SubmitSharesExtended? Extended_share_accepted_and_forwarded()
    {
        SubmittedShare share = NextExtended();
        ShareResult result = _extended.Submit(share, _jobs, ChannelWork.Now, out _);
        _upstream.Forward(_extended.ToUpstream(share, result), null, out SubmitSharesExtended? message);
        if (message is not null && message.SequenceNumber % 10 == 0)
            _upstream.Shares.OnSuccess(new SubmitSharesSuccess(1, message.SequenceNumber, 10, 10));
        return message;
    }

    private SubmittedShare NextExtended()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_extranonce, _nonce);
        return Next(_extranonce);
    }

    private SubmittedShare Next(ReadOnlyMemory<byte> extranonce) =>
        new(_nonce, _jobs.Active!.Id, _nonce++, ChannelWork.NTime, 0x2000_0000, extranonce);
}
