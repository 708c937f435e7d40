using BenchmarkDotNet.Attributes;
using Bitcoin;
using Sv2.Protocol;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;

namespace Benchmarks.Protocol;

/// <summary>Encoding and decoding of what comes in numbers: shares, jobs for every miner, the declaration of a full block.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private Sv2Message _message = null!;
    private byte[] _payload = [];

    public enum Kind
    {
        SubmitSharesExtended,
        SubmitSharesSuccess,
        NewExtendedMiningJob,
        SetNewPrevHash,
        DeclareMiningJob,
    }

    [ParamsAllValues]
    public Kind Message { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _message = Message switch
        {
            Kind.SubmitSharesExtended => new SubmitSharesExtended(1, 2, 3, 4, 5, 0x20000000, new byte[8]),
            Kind.SubmitSharesSuccess => new SubmitSharesSuccess(1, 2, 3, 4),
            Kind.NewExtendedMiningJob => new NewExtendedMiningJob(
                1, 2, null, 0x20000000, true, [.. new U256[12]], new byte[80], new byte[120]),
            Kind.SetNewPrevHash => new SetNewPrevHash(1, 2, U256.MaxValue, 3, 0x17034219),
            _ => new DeclareMiningJob(1, new byte[8], 0x20000000, new byte[80], new byte[120], [.. new U256[2500]], default),
        };
        _payload = new byte[_message.PayloadLength];
        var writer = new WireWriter(_payload);
        _message.WritePayload(ref writer);
    }

    [Benchmark]
    public int Encode()
    {
        FrameHeader header = FrameHeader.Of(_message);
        header.Write(_buffer);
        var writer = new WireWriter(_buffer.AsSpan(FrameHeader.Length));
        _message.WritePayload(ref writer);
        return writer.Written;
    }

    [Benchmark]
    public Sv2Message? Decode() => MessageDecoder.Decode(FrameHeader.Of(_message), _payload).Message;
}
