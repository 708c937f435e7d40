using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Bitcoin.Cryptography;

namespace Benchmarks.Cryptography;

/// <summary>The operations handshakes and certificates are made of.</summary>
public class Secp256k1Benchmarks
{
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _message = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _randomness = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _encoded = new byte[ElligatorSwift.EncodedSize];
    private readonly byte[] _theirs = RandomNumberGenerator.GetBytes(ElligatorSwift.EncodedSize);
    private readonly byte[] _theirX = new byte[ElligatorSwift.XSize];
    private readonly byte[] _publicKey = new byte[Secp256k1.XOnlySize];
    private readonly byte[] _signature = new byte[Schnorr.SignatureSize];
    private readonly byte[] _signatureOut = new byte[Schnorr.SignatureSize];
    private readonly byte[] _result = new byte[32];

    [GlobalSetup]
    public void SetUp()
    {
        Secp256k1.TryXOnlyPublicKey(_secret, _publicKey);
        Schnorr.TrySign(_secret, _message, _randomness, _signature);
        ElligatorSwift.Decode(_theirs, _theirX);
    }

    [Benchmark(Description = "public key")]
    public bool PublicKey() => Secp256k1.TryXOnlyPublicKey(_secret, _result);

    // The number of candidates varies: each call encodes with other randomness, so that the figure is an average.
    [Benchmark(Description = "ElligatorSwift create")]
    public bool EllSwiftCreate()
    {
        Next(_randomness);
        return ElligatorSwift.TryCreate(_secret, _randomness, _encoded);
    }

    [Benchmark(Description = "ElligatorSwift decode")]
    public void EllSwiftDecode()
    {
        Next(_theirs);
        ElligatorSwift.Decode(_theirs, _result);
    }

    [Benchmark(Description = "key agreement, decoded key")]
    public void SharedX() => ElligatorSwift.SharedX(_secret, _theirX, _result);

    [Benchmark(Description = "Schnorr sign")]
    public bool Sign() => Schnorr.TrySign(_secret, _message, _message, _signatureOut);

    [Benchmark(Description = "Schnorr verify")]
    public bool Verify() => Schnorr.Verify(_publicKey, _message, _signature);

    private static void Next(byte[] bytes)
    {
        for (int i = 0; i < bytes.Length && ++bytes[i] == 0; i++)
        {
        }
    }
}
