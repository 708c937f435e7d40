using System.Buffers;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Bitcoin.Cryptography;
using Sv2.Noise;
using Sv2.Protocol;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Transport.Framing;

namespace Benchmarks.Protocol;

/// <summary>
/// A message to its encrypted bytes and back, without a socket: what the write loop and the read loop cost per message. A
/// round is both, as the nonces of the two ends have to keep step.
/// </summary>
[MemoryDiagnoser]
public class FramingBenchmarks
{
    private static readonly SubmitSharesExtended Share = new(1, 2, 3, 4, 5, 0x20000000, new byte[8]);
    private static readonly ProvideMissingTransactionsSuccess Large = new(1, [new byte[1_000_000]]);

    private FrameEncoder _encoder = null!;
    private FrameDecoder _decoder = null!;

    [GlobalSetup]
    public void Setup()
    {
        using var identity = new NoiseResponderIdentity(
            RandomNumberGenerator.GetBytes(32), EllSwiftKeyPair.Generate(RandomNumberGenerator.Fill), 3600);
        using NoiseInitiator initiator = NoiseInitiator.Start(RandomNumberGenerator.Fill, identity.AuthorityKey);
        byte[] act2 = new byte[NoiseHandshake.Act2Size];
        if (!NoiseResponder.TryRespond(identity, initiator.Act1, 1, RandomNumberGenerator.Fill, act2, out NoiseSession? server, out _)
            || !initiator.TryFinish(act2, 1, out NoiseSession? client, out _))
        {
            throw new InvalidOperationException("the handshake failed");
        }

        _encoder = new FrameEncoder(client.Send);
        _decoder = new FrameDecoder(server.Receive, PayloadLimits.Of(PeerRole.JobDeclaratorClient), FrameHeader.MaxPayloadLength);
    }

    [Benchmark]
    public Sv2Message? ShareThereAndBack() => Round(Share);

    [Benchmark]
    public Sv2Message? MegabyteThereAndBack() => Round(Large);

    private Sv2Message? Round(Sv2Message message)
    {
        _encoder.Append(message);
        var buffer = new ReadOnlySequence<byte>(_encoder.Output);
        if (_decoder.TryRead(ref buffer) != FrameStatus.Complete)
            throw new InvalidOperationException("the frame was not read");
        Sv2Message? decoded = MessageDecoder.Decode(_decoder.Header, _decoder.Payload).Message;
        _decoder.Release();
        _encoder.Release();
        return decoded;
    }
}
