using System.Security.Cryptography;
using Bitcoin.Cryptography;
using Xunit;

namespace Sv2.Noise.Tests;

public sealed class HandshakeTests
{
    [Fact]
    public void Both_roles_agree_and_exchange_frames()
    {
        byte[] authority = RandomNumberGenerator.GetBytes(32);
        using var identity = new NoiseResponderIdentity(authority, EllSwiftKeyPair.Generate(RandomNumberGenerator.Fill), 3600);
        using var initiator = NoiseInitiator.Start(RandomNumberGenerator.Fill, identity.AuthorityKey);
        byte[] act2 = new byte[NoiseHandshake.Act2Size];
        Assert.True(NoiseResponder.TryRespond(
            identity, initiator.Act1, 1_800_000_000, RandomNumberGenerator.Fill, act2, out NoiseSession? server, out _));
        Assert.True(initiator.TryFinish(act2, 1_800_000_000, out NoiseSession? client, out NoiseFailure failure), failure.Text);
        using (server)
        using (client)
        {
            byte[] payload = RandomNumberGenerator.GetBytes(200_000);
            byte[] wire = new byte[NoiseFrame.EncryptedLength(payload.Length)];
            Assert.Equal(NoiseError.None, server.Send.Encrypt([1, 2, 3, 0x40, 0x0d, 3], payload, wire));
            byte[] header = new byte[6];
            Assert.Equal(NoiseError.None, client.Receive.DecryptHeader(wire.AsSpan(0, 22), header));
            Assert.Equal([1, 2, 3, 0x40, 0x0d, 3], header);
            byte[] plain = new byte[payload.Length];
            Assert.Equal(NoiseError.None, client.Receive.DecryptPayload(wire.AsSpan(22), plain));
            Assert.Equal(payload, plain);
        }
    }
}
