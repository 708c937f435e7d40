using System.Security.Cryptography;
using Bitcoin.Cryptography;
using Sv2.Noise;

namespace Sv2.Transport.Tests;

/// <summary>Two ends of a session made in memory.</summary>
internal sealed class NoisePair : IDisposable
{
    internal NoisePair()
    {
        const long Now = 1_700_000_000;
        using var identity = new NoiseResponderIdentity(
            RandomNumberGenerator.GetBytes(32), EllSwiftKeyPair.Generate(RandomNumberGenerator.Fill), 60);
        using NoiseInitiator initiator = NoiseInitiator.Start(RandomNumberGenerator.Fill, identity.AuthorityKey);
        byte[] act2 = new byte[NoiseHandshake.Act2Size];
        Assert.True(NoiseResponder.TryRespond(
            identity, initiator.Act1, Now, RandomNumberGenerator.Fill, act2, out NoiseSession? server, out _));
        Assert.True(initiator.TryFinish(act2, Now, out NoiseSession? client, out _));
        (Client, Server) = (client, server);
    }

    internal NoiseSession Client { get; }

    internal NoiseSession Server { get; }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
