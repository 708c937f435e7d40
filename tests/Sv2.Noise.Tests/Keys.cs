using Bitcoin.Cryptography;
using Xunit;

namespace Sv2.Noise.Tests;

/// <summary>Fixed keys and handshakes made from them.</summary>
internal static class Keys
{
    /// <summary>A time the test certificates are valid at.</summary>
    public const long Now = 1_800_000_100;

    public static byte[] Secret(byte seed) => [.. Enumerable.Repeat((byte)0x5a, 31), seed];

    public static EllSwiftKeyPair Pair(ReadOnlySpan<byte> secret)
    {
        Assert.True(EllSwiftKeyPair.TryCreate(secret, new byte[32], out EllSwiftKeyPair? pair));
        return pair;
    }

    /// <summary>Gives the secret at the first draw and zeros from then on, which is the randomness of the reference's encodings.</summary>
    public static EntropySource Fixed(byte[] secret)
    {
        bool first = true;
        return destination =>
        {
            destination.Clear();
            if (first)
                secret.CopyTo(destination);
            first = false;
        };
    }

    public static NoiseResponderIdentity Identity(uint validity = 3600) => new(Secret(1), Pair(Secret(2)), validity);

    /// <summary>A whole handshake between both roles.</summary>
    public static (NoiseSession Client, NoiseSession Server) Sessions()
    {
        using NoiseResponderIdentity identity = Identity();
        using NoiseInitiator initiator = NoiseInitiator.Start(Fixed(Secret(3)), identity.AuthorityKey);
        byte[] act2 = new byte[NoiseHandshake.Act2Size];
        Assert.True(NoiseResponder.TryRespond(identity, initiator.Act1, Now, Fixed(Secret(4)), act2, out NoiseSession? server, out _));
        Assert.True(initiator.TryFinish(act2, Now, out NoiseSession? client, out NoiseFailure failure), failure.Text);
        return (client, server);
    }
}
