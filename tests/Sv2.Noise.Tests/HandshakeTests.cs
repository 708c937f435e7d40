using Bitcoin.Cryptography;
using Xunit;

namespace Sv2.Noise.Tests;

public sealed class HandshakeTests
{
    [Fact]
    public void Both_roles_agree_and_exchange_frames_both_ways()
    {
        (NoiseSession client, NoiseSession server) = Keys.Sessions();
        using (client)
        using (server)
        {
            AssertTransfers(client.Send, server.Receive);
            AssertTransfers(server.Send, client.Receive);
            AssertTransfers(client.Send, server.Receive);
            Assert.False(client.Send.Cipher.Key.SequenceEqual(client.Receive.Cipher.Key));
        }
    }

    [Fact]
    public void A_changed_bit_at_any_byte_of_act_2_is_noticed()
    {
        using NoiseResponderIdentity identity = Keys.Identity();
        byte[] act2 = Act2(identity, out byte[] act1);
        for (int i = 0; i < act2.Length; i++)
        {
            byte[] tampered = [.. act2];
            tampered[i] ^= (byte)(1 << (i % 8));
            using NoiseInitiator initiator = NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), identity.AuthorityKey);
            Assert.Equal(act1, initiator.Act1.ToArray());
            Assert.False(initiator.TryFinish(tampered, Keys.Now, out NoiseSession? session, out NoiseFailure failure));
            Assert.Null(session);
            Assert.Equal(NoiseError.DecryptionFailed, failure.Error);
        }
    }

    [Fact]
    public void A_changed_bit_of_act_1_is_noticed_by_the_initiator()
    {
        using NoiseResponderIdentity identity = Keys.Identity();
        for (int i = 0; i < NoiseHandshake.Act1Size; i += 7)
        {
            using NoiseInitiator initiator = NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), identity.AuthorityKey);
            byte[] act1 = initiator.Act1.ToArray();
            act1[i] ^= 0x10;
            byte[] act2 = new byte[NoiseHandshake.Act2Size];
            Assert.True(NoiseResponder.TryRespond(
                identity, act1, Keys.Now, Keys.Fixed(Keys.Secret(4)), act2, out NoiseSession? server, out _));
            server.Dispose();
            Assert.False(initiator.TryFinish(act2, Keys.Now, out _, out NoiseFailure failure));
            Assert.Equal(NoiseError.DecryptionFailed, failure.Error);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(170)]
    [InlineData(233)]
    [InlineData(235)]
    public void Act_2_of_another_size_is_refused(int size)
    {
        using NoiseInitiator initiator = NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), default);
        Assert.False(initiator.TryFinish(new byte[size], Keys.Now, out _, out NoiseFailure failure));
        Assert.Equal(NoiseError.WrongSize, failure.Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public void Act_1_of_another_size_is_refused(int size)
    {
        using NoiseResponderIdentity identity = Keys.Identity();
        Assert.False(NoiseResponder.TryRespond(
            identity,
            new byte[size],
            Keys.Now,
            Keys.Fixed(Keys.Secret(4)),
            new byte[NoiseHandshake.Act2Size],
            out NoiseSession? session,
            out NoiseFailure failure));
        Assert.Null(session);
        Assert.Equal(NoiseError.WrongSize, failure.Error);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xff)]
    [InlineData(0x41)]
    public void Any_64_bytes_are_answered(byte fill)
    {
        using NoiseResponderIdentity identity = Keys.Identity();
        byte[] act1 = [.. Enumerable.Repeat(fill, 64)];
        Assert.True(NoiseResponder.TryRespond(
            identity, act1, Keys.Now, Keys.Fixed(Keys.Secret(4)), new byte[234], out NoiseSession? session, out _));
        session.Dispose();
    }

    [Fact]
    public void Handshake_can_be_finished_once_only()
    {
        using NoiseResponderIdentity identity = Keys.Identity();
        byte[] act2 = Act2(identity, out _);
        using NoiseInitiator initiator = NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), identity.AuthorityKey);
        Assert.True(initiator.TryFinish(act2, Keys.Now, out NoiseSession? session, out _));
        session.Dispose();
        Assert.False(initiator.TryFinish(act2, Keys.Now, out NoiseSession? again, out NoiseFailure failure));
        Assert.Null(again);
        Assert.Equal(NoiseError.OutOfOrder, failure.Error);
    }

    [Fact]
    public void Handshake_that_failed_cannot_be_finished_with_the_genuine_answer()
    {
        using NoiseResponderIdentity identity = Keys.Identity();
        byte[] act2 = Act2(identity, out _);
        using NoiseInitiator initiator = NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), identity.AuthorityKey);
        Assert.False(initiator.TryFinish(new byte[NoiseHandshake.Act2Size], Keys.Now, out _, out _));
        Assert.False(initiator.TryFinish(act2, Keys.Now, out _, out NoiseFailure failure));
        Assert.Equal(NoiseError.OutOfOrder, failure.Error);
    }

    [Fact]
    public void Disposed_handshake_cannot_be_finished()
    {
        using NoiseResponderIdentity identity = Keys.Identity();
        byte[] act2 = Act2(identity, out _);
        NoiseInitiator initiator = NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), identity.AuthorityKey);
        initiator.Dispose();
        Assert.False(initiator.TryFinish(act2, Keys.Now, out _, out NoiseFailure failure));
        Assert.Equal(NoiseError.OutOfOrder, failure.Error);
    }

    [Fact]
    public void Server_of_another_authority_is_refused_unless_no_authority_is_configured()
    {
        using NoiseResponderIdentity identity = Keys.Identity();
        byte[] act2 = Act2(identity, out _);
        byte[] other = new byte[32];
        Assert.True(Secp256k1.TryXOnlyPublicKey(Keys.Secret(9), other));
        using NoiseInitiator strict = NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), other);
        Assert.False(strict.TryFinish(act2, Keys.Now, out _, out NoiseFailure failure));
        Assert.Equal(NoiseError.InvalidCertificateSignature, failure.Error);
        using NoiseInitiator careless = NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), default);
        Assert.True(careless.TryFinish(act2, Keys.Now, out NoiseSession? session, out _));
        session.Dispose();
    }

    [Fact]
    public void Certificate_of_one_server_does_not_serve_another()
    {
        byte[] certifiedX = new byte[32], authorityKey = new byte[32], act2 = new byte[NoiseHandshake.Act2Size];
        Assert.True(Secp256k1.TryXOnlyPublicKey(Keys.Secret(2), certifiedX));
        Assert.True(Secp256k1.TryXOnlyPublicKey(Keys.Secret(1), authorityKey));
        NoiseCertificate stolen = NoiseCertificate.Create(Keys.Secret(1), certifiedX, 1_800_000_000, 1_800_003_600, new byte[32]);
        using NoiseInitiator initiator = NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), authorityKey);
        using EllSwiftKeyPair impostor = Keys.Pair(Keys.Secret(8));
        using EllSwiftKeyPair ephemeral = Keys.Pair(Keys.Secret(4));
        using NoiseSession server = NoiseResponder.Respond(impostor, stolen, initiator.Act1, ephemeral, act2);
        Assert.False(initiator.TryFinish(act2, Keys.Now, out _, out NoiseFailure failure));
        Assert.Equal(NoiseError.InvalidCertificateSignature, failure.Error);
    }

    [Fact]
    public void Authority_key_of_another_size_is_a_bug() =>
        Assert.Throws<ArgumentException>(() => NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), new byte[33]));

    [Fact]
    public void Disposed_session_has_no_key_and_encrypts_nothing()
    {
        (NoiseSession client, NoiseSession server) = Keys.Sessions();
        client.Dispose();
        Assert.Equal(NoiseError.OutOfOrder, client.Send.Encrypt(new byte[6], default, new byte[22]));
        Assert.Equal(NoiseError.OutOfOrder, client.Receive.DecryptHeader(new byte[22], new byte[6]));
        Assert.Equal(new byte[32], client.Send.Cipher.Key.ToArray());
        Assert.Equal(new byte[32], client.Receive.Cipher.Key.ToArray());
        server.Dispose();
    }

    private static byte[] Act2(NoiseResponderIdentity identity, out byte[] act1)
    {
        using NoiseInitiator initiator = NoiseInitiator.Start(Keys.Fixed(Keys.Secret(3)), identity.AuthorityKey);
        act1 = initiator.Act1.ToArray();
        byte[] act2 = new byte[NoiseHandshake.Act2Size];
        Assert.True(NoiseResponder.TryRespond(identity, act1, Keys.Now, Keys.Fixed(Keys.Secret(4)), act2, out NoiseSession? server, out _));
        server.Dispose();
        return act2;
    }

    private static void AssertTransfers(FrameEncryptor from, FrameDecryptor to)
    {
        byte[] payload = [1, 2, 3, 4, 5];
        byte[] wire = new byte[NoiseFrame.EncryptedLength(payload.Length)];
        Assert.Equal(NoiseError.None, from.Encrypt([0, 0, 1, 5, 0, 0], payload, wire));
        byte[] header = new byte[6], plain = new byte[5];
        Assert.Equal(NoiseError.None, to.DecryptHeader(wire.AsSpan(0, 22), header));
        Assert.Equal(NoiseError.None, to.DecryptPayload(wire.AsSpan(22), plain));
        Assert.Equal([0, 0, 1, 5, 0, 0], header);
        Assert.Equal(payload, plain);
    }
}
