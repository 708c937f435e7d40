using System.Text.Json;
using Bitcoin.Cryptography;
using Sv2.Noise.Handshake;
using Xunit;

namespace Sv2.Noise.Tests;

/// <summary>The reference's ten handshakes, from the keys to the transport keys and with every step in between.</summary>
public sealed class HandshakeVectorTests
{
    // Handshake 0 of the reference's vectors.
    private const string InitiatorEphemeral = "d5b5b5b5a4558ef1b077834104588440d019d83e88901039e4721b551423a0d2";
    private const string ResponderEphemeral = "92538158d731320732d55c1330468c8681fcb051b0b05744670f3d0605fa54d6";
    private const string ResponderStatic = "a2c28f6e663cfdf16bf1f7a4bbc2cce3494df6b3613f55dde377cc6e9c3c70d7";
    private const string Authority = "d6fa376d2937d182b7949fe9d3ac6075dad36ff21e1827cc051d5312f00a5f41";
    private const string Auxiliary = "b73b616dbca04aff8db9c064a0970bb9d8649a62c8f3678315129c779c9014b9";
    private const string Act1 = "9037c15e02339c5f546a93d061bd5d5fa07256b89ab66e2aa3ca575c2fa1f5e0"
        + "de7bdf55adb053c1c0688bb55beeb3932c6d8119cf7fc7a5e2aeff8572ca7d44";

    private const string Act2 = "f7f8270d75a41223c9f640aabb4d9643811712a6bcef2fd49004c802598a9161"
        + "6516be58897a163eb110640e61900052c66d98249b8f90871b56ee6c5d3da4d6"
        + "29e17a8b73ab6be361c6c2f9ee9d740e40137a93099ffbf8a6c2de4015aa7d97"
        + "9c0550128e4532e1ce6402112ab39f74b0ff58af0aaf4aa540ee619c9ab1426d"
        + "d09d9fc7c363bc34b5111db38a8a7cfb7316c61d83b2fabab8d8fd8eed64c55a"
        + "406243cc967be10c88dd0b140277601c2518868ddbe3721f6710d98527cef210"
        + "ac08fe54ed4bc71b436582e0ea00f30f663680743e18df74fc0ffe8748fac1c3"
        + "843f71ce44e9ad659713";

    [Fact]
    public void Handshake_with_the_references_keys_gives_the_references_bytes()
    {
        NoiseCertificate certificate = AssertHandshake(
            Convert.FromHexString(InitiatorEphemeral),
            Convert.FromHexString(ResponderEphemeral),
            Convert.FromHexString(ResponderStatic),
            Convert.FromHexString(Authority),
            Convert.FromHexString(Auxiliary),
            1755011395,
            1755014995,
            1755011396,
            Act1,
            Act2,
            "fb45d504b693873737df4066ba7e92d3e6ad5baafa48378ee12059f8a8af4cbc",
            "6a1795071ad9ba43c45457c2d5c06f6fb1f47538a37020f732155cf78a1f4fd4");
        Assert.Equal(
            "000043599b6853679b6879b796e1d3efc0e8c5e3c24e543f943a4e641867540a3806f81ff7e542edcd06"
                + "2adce8cfbce2a1623ba92c8cf32a284e34449323e816e8084c9e432474698c2c",
            Convert.ToHexStringLower(certificate.Message));
    }

    [Fact]
    public void All_handshakes_of_the_reference_are_reproduced()
    {
        IReadOnlyList<JsonElement> cases = NoiseVectors.Cases("handshakes");
        Assert.Equal(10, cases.Count);
        foreach (JsonElement vector in cases)
        {
            JsonElement signed = vector.GetProperty("certificate");
            if (signed.Int("version") != 0)
            {
                AssertOtherVersionIsRefused(vector);
                continue;
            }

            NoiseCertificate certificate = AssertHandshake(
                vector.Key("initiator_ephemeral").Bytes("secret"),
                vector.Key("responder_ephemeral").Bytes("secret"),
                vector.Key("responder_static").Bytes("secret"),
                vector.Key("authority").Bytes("secret"),
                vector.GetProperty("keys").Bytes("schnorr_aux_rand"),
                (uint)signed.Long("valid_from"),
                (uint)signed.Long("not_valid_after"),
                vector.Long("verification_time"),
                vector.Text("act1"),
                vector.Text("act2"),
                vector.Text("key_initiator_to_responder"),
                vector.Text("key_responder_to_initiator"));
            Assert.Equal(signed.Text("signature_noise_message"), Convert.ToHexStringLower(certificate.Message));
        }
    }

    [Fact]
    public void All_encodings_of_the_reference_are_reproduced()
    {
        foreach (JsonElement vector in NoiseVectors.Cases("handshakes").Concat(NoiseVectors.Cases("failures")))
        {
            foreach (string name in new[] { "initiator_ephemeral", "responder_ephemeral", "responder_static" })
            {
                JsonElement key = vector.Key(name);
                using EllSwiftKeyPair pair = Keys.Pair(key.Bytes("secret"));
                Assert.Equal(key.Text("ellswift"), Convert.ToHexStringLower(pair.Encoded));
                byte[] x = new byte[32];
                ElligatorSwift.Decode(pair.Encoded, x);
                Assert.Equal(key.Text("xonly"), Convert.ToHexStringLower(x));
            }
        }
    }

    [Fact]
    public void Every_step_of_every_transcript_holds()
    {
        foreach (JsonElement vector in NoiseVectors.Cases("handshakes"))
        {
            using var state = new SymmetricState();
            int steps = 0;
            foreach (JsonElement step in vector.GetProperty("transcript").EnumerateArray())
            {
                steps++;
                switch (step.Text("op"))
                {
                    case "init":
                        break;
                    case "mix_hash":
                        state.MixHash(step.Bytes("input"));
                        break;
                    case "mix_key":
                        state.MixKey(step.Bytes("input"));
                        break;
                    case "split":
                        var (toResponder, toInitiator) = state.Split();
                        Assert.Equal(step.Text("key_initiator_to_responder"), Convert.ToHexStringLower(toResponder.Key));
                        Assert.Equal(step.Text("key_responder_to_initiator"), Convert.ToHexStringLower(toInitiator.Key));
                        continue;
                    default:
                        Assert.Fail("unknown step " + step.Text("op"));
                        break;
                }

                Assert.Equal(step.Text("ck"), Convert.ToHexStringLower(state.ChainingKey));
                Assert.Equal(step.Text("h"), Convert.ToHexStringLower(state.Hash));
                Assert.Equal(step.GetProperty("k").GetString() ?? "", Convert.ToHexStringLower(state.Key));
            }

            Assert.Equal(9, steps);
            AssertFinalState(vector);
        }
    }

    [Fact]
    public void All_shared_secrets_of_the_transcripts_hold_from_both_sides()
    {
        byte[] secret = new byte[32];
        foreach (JsonElement vector in NoiseVectors.Cases("handshakes"))
        {
            JsonElement[] mixed = [.. vector.GetProperty("transcript").EnumerateArray().Where(step => step.Text("op") == "mix_key")];
            using EllSwiftKeyPair initiator = Keys.Pair(vector.Key("initiator_ephemeral").Bytes("secret"));
            using EllSwiftKeyPair ephemeral = Keys.Pair(vector.Key("responder_ephemeral").Bytes("secret"));
            using EllSwiftKeyPair fixedKey = Keys.Pair(vector.Key("responder_static").Bytes("secret"));
            foreach ((JsonElement step, EllSwiftKeyPair responder) in mixed.Zip([ephemeral, fixedKey]))
            {
                initiator.SharedSecret(responder.Encoded, initiating: true, secret);
                Assert.Equal(step.Text("input"), Convert.ToHexStringLower(secret));
                responder.SharedSecret(initiator.Encoded, initiating: false, secret);
                Assert.Equal(step.Text("input"), Convert.ToHexStringLower(secret));
            }
        }
    }

    // The reference does not look at the version; what other versions sign is not known, so we refuse them where we check at all.
    private static void AssertOtherVersionIsRefused(JsonElement vector)
    {
        byte[] ephemeral = vector.Key("initiator_ephemeral").Bytes("secret");
        using EllSwiftKeyPair fixedKey = Keys.Pair(vector.Key("responder_static").Bytes("secret"));
        using EllSwiftKeyPair responder = Keys.Pair(vector.Key("responder_ephemeral").Bytes("secret"));
        NoiseCertificate certificate = NoiseCertificate.Parse(vector.GetProperty("certificate").Bytes("signature_noise_message"));
        byte[] answer = new byte[NoiseHandshake.Act2Size];
        NoiseResponder.Respond(fixedKey, certificate, vector.Bytes("act1"), responder, answer).Dispose();
        Assert.Equal(vector.Text("act2"), Convert.ToHexStringLower(answer));

        using NoiseInitiator strict = NoiseInitiator.Start(Keys.Fixed(ephemeral), vector.Key("authority").Bytes("xonly"));
        Assert.False(strict.TryFinish(vector.Bytes("act2"), vector.Long("verification_time"), out _, out NoiseFailure failure));
        Assert.Equal(NoiseError.UnsupportedCertificateVersion, failure.Error);
        using NoiseInitiator careless = NoiseInitiator.Start(Keys.Fixed(ephemeral), default);
        Assert.True(careless.TryFinish(vector.Bytes("act2"), vector.Long("verification_time"), out NoiseSession? session, out _));
        Assert.Equal(vector.Text("key_initiator_to_responder"), Convert.ToHexStringLower(session.Send.Cipher.Key));
        Assert.Equal(vector.Text("key_responder_to_initiator"), Convert.ToHexStringLower(session.Receive.Cipher.Key));
        session.Dispose();
    }

    private static void AssertFinalState(JsonElement vector)
    {
        using NoiseInitiator initiator = NoiseInitiator.Start(Keys.Fixed(vector.Key("initiator_ephemeral").Bytes("secret")), default);
        Assert.True(initiator.TryFinish(vector.Bytes("act2"), vector.Long("verification_time"), out NoiseSession? session, out _));
        session.Dispose();
        JsonElement last = vector.GetProperty("transcript").EnumerateArray().Last(step => step.Text("op") != "split");
        Assert.Equal(last.Text("ck"), Convert.ToHexStringLower(initiator.State.ChainingKey));
        Assert.Equal(last.Text("h"), Convert.ToHexStringLower(initiator.State.Hash));
    }

    private static NoiseCertificate AssertHandshake(
        byte[] initiatorEphemeral,
        byte[] responderEphemeral,
        byte[] responderStatic,
        byte[] authority,
        byte[] auxiliary,
        uint validFrom,
        uint notValidAfter,
        long now,
        string act1,
        string act2,
        string keyToResponder,
        string keyToInitiator)
    {
        byte[] authorityKey = new byte[32], staticX = new byte[32], answer = new byte[NoiseHandshake.Act2Size];
        Assert.True(Secp256k1.TryXOnlyPublicKey(authority, authorityKey));
        Assert.True(Secp256k1.TryXOnlyPublicKey(responderStatic, staticX));
        NoiseCertificate certificate = NoiseCertificate.Create(authority, staticX, validFrom, notValidAfter, auxiliary);

        using NoiseInitiator initiator = NoiseInitiator.Start(Keys.Fixed(initiatorEphemeral), authorityKey);
        Assert.Equal(act1, Convert.ToHexStringLower(initiator.Act1));

        using EllSwiftKeyPair ephemeral = Keys.Pair(responderEphemeral);
        using EllSwiftKeyPair fixedKey = Keys.Pair(responderStatic);
        using NoiseSession server = NoiseResponder.Respond(fixedKey, certificate, initiator.Act1, ephemeral, answer);
        Assert.Equal(act2, Convert.ToHexStringLower(answer));

        Assert.True(initiator.TryFinish(answer, now, out NoiseSession? client, out NoiseFailure failure), failure.Text);
        Assert.Equal(keyToResponder, Convert.ToHexStringLower(client.Send.Cipher.Key));
        Assert.Equal(keyToResponder, Convert.ToHexStringLower(server.Receive.Cipher.Key));
        Assert.Equal(keyToInitiator, Convert.ToHexStringLower(client.Receive.Cipher.Key));
        Assert.Equal(keyToInitiator, Convert.ToHexStringLower(server.Send.Cipher.Key));
        Assert.Equal(certificate.Message, client.Certificate.Message);
        client.Dispose();
        return certificate;
    }
}
