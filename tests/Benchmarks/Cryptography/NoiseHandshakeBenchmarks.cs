using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Bitcoin.Cryptography;
using Sv2.Noise;

namespace Benchmarks.Cryptography;

/// <summary>Cost of a connection's handshake for each side. Budget: 1 ms of CPU for everything a new connection costs.</summary>
public class NoiseHandshakeBenchmarks
{
    private const long Now = 1_800_000_000;

    private readonly byte[] _act2 = new byte[NoiseHandshake.Act2Size];
    private readonly byte[] _ephemeral = RandomNumberGenerator.GetBytes(64);
    private NoiseResponderIdentity _identity = null!;
    private byte[] _act1 = [];

    [GlobalSetup]
    public void SetUp()
    {
        _identity = new NoiseResponderIdentity(
            RandomNumberGenerator.GetBytes(32), EllSwiftKeyPair.Generate(RandomNumberGenerator.Fill), 3600);
        using NoiseInitiator initiator = NoiseInitiator.Start(Replay(), _identity.AuthorityKey);
        _act1 = initiator.Act1.ToArray();
        Responder();
    }

    [Benchmark(Description = "responder")]
    public void Responder()
    {
        NoiseResponder.TryRespond(_identity, _act1, Now, RandomNumberGenerator.Fill, _act2, out NoiseSession? session, out _);
        session!.Dispose();
    }

    [Benchmark(Description = "initiator, certificate checked")]
    public void Initiator()
    {
        using NoiseInitiator initiator = NoiseInitiator.Start(Replay(), _identity.AuthorityKey);
        if (!initiator.TryFinish(_act2, Now, out NoiseSession? session, out NoiseFailure failure))
            throw new InvalidOperationException(failure.Text);
        session.Dispose();
    }

    [GlobalCleanup]
    public void CleanUp() => _identity.Dispose();

    // The initiator's key must be the one act 2 answers. Its encoding takes a time of its own: see EllSwiftCreate for the average.
    private EntropySource Replay()
    {
        int position = 0;
        return destination =>
        {
            _ephemeral.AsSpan(position, destination.Length).CopyTo(destination);
            position += destination.Length;
        };
    }
}
