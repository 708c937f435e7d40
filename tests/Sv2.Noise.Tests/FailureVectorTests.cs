using System.Text.Json;
using Sv2.Noise.Ciphers;
using Xunit;

namespace Sv2.Noise.Tests;

/// <summary>The reference's 35 failing and boundary cases, with the differences on purpose by name.</summary>
public sealed class FailureVectorTests
{
    /// <summary>
    /// The reference does not look at the version. The bytes of another version may mean anything, so what is signed is not what we
    /// would read into it.
    /// </summary>
    private const string RefusedByUsOnly = "certificate version 7 (properly signed)";

    [Fact]
    public void All_handshake_verdicts_hold()
    {
        int count = 0;
        foreach (JsonElement vector in NoiseVectors.Cases("failures").Where(vector => vector.Text("stage") == "handshake"))
        {
            count++;
            string name = vector.Text("case");
            string? error = vector.GetProperty("verdict").GetProperty("error").GetString();
            bool accepted = vector.GetProperty("verdict").GetProperty("accepted").GetBoolean();
            string? authority = vector.GetProperty("authority_xonly_known_to_initiator").GetString();

            using NoiseInitiator initiator = NoiseInitiator.Start(
                Keys.Fixed(vector.Key("initiator_ephemeral").Bytes("secret")), Convert.FromHexString(authority ?? ""));
            bool finished = initiator.TryFinish(
                vector.Bytes("act2"), vector.Long("verification_time"), out NoiseSession? session, out NoiseFailure failure);
            session?.Dispose();

            if (name == RefusedByUsOnly)
            {
                Assert.True(accepted);
                Assert.Equal(NoiseError.UnsupportedCertificateVersion, failure.Error);
                continue;
            }

            Assert.True(accepted == finished, $"{name}: {failure.Text}");
            NoiseError expected = (error, name) switch
            {
                (null, _) => NoiseError.None,
                ("Aead", _) => NoiseError.DecryptionFailed,
                (_, var n) when n.StartsWith("expired", StringComparison.Ordinal) => NoiseError.CertificateExpired,
                (_, var n) when n.StartsWith("not yet", StringComparison.Ordinal) => NoiseError.CertificateNotYetValid,
                _ => NoiseError.InvalidCertificateSignature,
            };
            Assert.True(expected == failure.Error, $"{name}: {failure.Text}");
        }

        Assert.Equal(24, count);
    }

    [Fact]
    public void All_transport_verdicts_hold()
    {
        int count = 0;
        foreach (JsonElement vector in NoiseVectors.Cases("failures").Where(vector => vector.Text("stage") != "handshake"))
        {
            count++;
            var decryptor = new FrameDecryptor(new CipherState(vector.Bytes("key_initiator_to_responder")));
            foreach (JsonElement wire in vector.GetProperty("wire_in_order").EnumerateArray())
            {
                byte[]? plain = Decrypt(decryptor, wire.Bytes("wire"), out NoiseError error);
                bool accepted = wire.GetProperty("accepted").GetBoolean();
                Assert.True(accepted == (error == NoiseError.None), $"{vector.Text("case")}: {error}");
                if (accepted)
                    Assert.Equal(wire.Text("plaintext"), Convert.ToHexStringLower(plain!));
                else
                    Assert.Equal(IsTruncated(wire) ? NoiseError.WrongSize : NoiseError.DecryptionFailed, error);
            }
        }

        Assert.Equal(11, count);
    }

    // Of a truncated frame the reference waits for the rest; here the sizes are the caller's business and a short one is refused.
    private static bool IsTruncated(JsonElement wire) => wire.Text("error").StartsWith("MissingBytes", StringComparison.Ordinal);

    private static byte[]? Decrypt(FrameDecryptor decryptor, byte[] wire, out NoiseError error)
    {
        byte[] header = new byte[6];
        error = decryptor.DecryptHeader(wire.AsSpan(0, Math.Min(22, wire.Length)), header);
        if (error != NoiseError.None)
            return null;
        byte[] payload = new byte[header[3] | (header[4] << 8) | (header[5] << 16)];
        error = decryptor.DecryptPayload(wire.AsSpan(22), payload);
        return [.. header, .. payload];
    }
}
