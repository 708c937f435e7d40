using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Bitcoin.Cryptography;
using Sv2.Noise;

namespace Benchmarks.Cryptography;

/// <summary>A frame encrypted by one side and decrypted by the other.</summary>
public class NoiseFrameBenchmarks
{
    private readonly byte[] _header = new byte[NoiseFrame.HeaderSize];
    private NoiseSession _client = null!;
    private NoiseSession _server = null!;
    private byte[] _payload = [];
    private byte[] _wire = [];

    [Params(100, 1024, 65_536)]
    public int PayloadBytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        EntropySource entropy = RandomNumberGenerator.Fill;
        using var identity = new NoiseResponderIdentity(
            RandomNumberGenerator.GetBytes(32), EllSwiftKeyPair.Generate(entropy), 3600);
        using NoiseInitiator initiator = NoiseInitiator.Start(entropy, identity.AuthorityKey);
        byte[] act2 = new byte[NoiseHandshake.Act2Size];
        NoiseResponder.TryRespond(identity, initiator.Act1, 1_800_000_000, entropy, act2, out NoiseSession? server, out _);
        initiator.TryFinish(act2, 1_800_000_000, out NoiseSession? client, out _);
        (_client, _server) = (client!, server!);
        _payload = new byte[PayloadBytes];
        _wire = new byte[NoiseFrame.EncryptedLength(PayloadBytes)];
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Benchmark(Description = "frame round trip")]
    public void RoundTrip()
    {
        NoiseError error = _client.Send.Encrypt(_header, _payload, _wire);
        if (error == NoiseError.None)
            error = _server.Receive.DecryptHeader(_wire.AsSpan(0, NoiseFrame.EncryptedHeaderSize), _header);
        if (error == NoiseError.None)
            error = _server.Receive.DecryptPayload(_wire.AsSpan(NoiseFrame.EncryptedHeaderSize), _payload);
        if (error != NoiseError.None)
            throw new InvalidOperationException(error.ToString());
    }

    // From the server's side, whose nonces the round trip does not use.
    [Benchmark(Description = "frame encrypt")]
    public NoiseError Encrypt() => _server.Send.Encrypt(_header, _payload, _wire);
}
