using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Sv2.Noise.Ciphers;
using Xunit;

namespace Sv2.Noise.Tests;

/// <summary>The reference's 240 encrypted frames: our ciphertext is theirs, and theirs decrypts.</summary>
public sealed class FrameVectorTests
{
    [Fact]
    public void All_frames_of_the_reference_are_reproduced_and_decrypt()
    {
        int frames = 0;
        foreach (JsonElement vector in NoiseVectors.Cases("handshakes"))
        {
            frames += AssertDirection(vector.Bytes("key_initiator_to_responder"), vector.GetProperty("frames_initiator_to_responder"));
            frames += AssertDirection(vector.Bytes("key_responder_to_initiator"), vector.GetProperty("frames_responder_to_initiator"));
        }

        Assert.Equal(240, frames);
    }

    // From the failure cases of the reference's vectors: the control's first frame, header and payload of 24 bytes.
    [Fact]
    public void Frame_of_the_reference_is_reproduced_and_decrypts()
    {
        byte[] key = Convert.FromHexString("33dfacc1990258ee19d1fa8b28e3377ce7c62ac2822a3b42339be829ea19e2c5");
        byte[] plain = Convert.FromHexString("00801b180000030405060708090a0b0c0d0e0f101112131415161718191a");
        const string Wire = "135e3d2552dac6debc97c1e7082f445c18a4e1737e0fbc31f6a505bece87b35a"
            + "6c831e52c8feb5454b01358d83a1284bd5b958f4221aceb9fd54ed78298f";
        byte[] wire = new byte[62];
        Assert.Equal(NoiseError.None, new FrameEncryptor(new CipherState(key)).Encrypt(plain.AsSpan(0, 6), plain.AsSpan(6), wire));
        Assert.Equal(Wire, Convert.ToHexStringLower(wire));
        AssertDecrypts(new FrameDecryptor(new CipherState(key)), wire, plain);
    }

    private static int AssertDirection(byte[] key, JsonElement frames)
    {
        var encryptor = new FrameEncryptor(new CipherState(key));
        var decryptor = new FrameDecryptor(new CipherState(key));
        int count = 0;
        foreach (JsonElement frame in frames.EnumerateArray())
        {
            count++;
            byte[] plain = Plaintext(frame);
            Assert.Equal(frame.Text("plaintext_sha256"), Convert.ToHexStringLower(SHA256.HashData(plain)));
            Assert.Equal((ulong)frame.Long("first_nonce"), encryptor.NextNonce);
            byte[] wire = new byte[NoiseFrame.EncryptedLength(plain.Length - 6)];
            Assert.Equal(NoiseError.None, encryptor.Encrypt(plain.AsSpan(0, 6), plain.AsSpan(6), wire));
            Assert.Equal(frame.Int("ciphertext_length"), wire.Length);
            Assert.Equal(frame.Text("ciphertext_sha256"), Convert.ToHexStringLower(SHA256.HashData(wire)));
            if (frame.TryGetProperty("ciphertext", out JsonElement whole))
                Assert.Equal(whole.GetString(), Convert.ToHexStringLower(wire));
            Assert.Equal((ulong)(frame.Long("first_nonce") + frame.Long("nonces_used")), encryptor.NextNonce);
            AssertDecrypts(decryptor, wire, plain);
            Assert.Equal(encryptor.NextNonce, decryptor.NextNonce);
        }

        return count;
    }

    private static void AssertDecrypts(FrameDecryptor decryptor, byte[] wire, byte[] plain)
    {
        byte[] header = new byte[6];
        Assert.Equal(NoiseError.None, decryptor.DecryptHeader(wire.AsSpan(0, 22), header));
        Assert.Equal(plain[..6], header);
        byte[] payload = new byte[plain.Length - 6];
        Assert.Equal(NoiseError.None, decryptor.DecryptPayload(wire.AsSpan(22), payload));
        Assert.Equal(plain[6..], payload);
    }

    private static byte[] Plaintext(JsonElement frame)
    {
        int length = frame.Int("payload_length");
        int start = frame.GetProperty("payload_rule").Int("start");
        byte[] plain = new byte[6 + length];
        BinaryPrimitives.WriteUInt16LittleEndian(plain, (ushort)frame.Int("extension_type_field"));
        BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(2), length << 8);
        plain[2] = (byte)frame.Int("msg_type");
        for (int i = 0; i < length; i++)
            plain[6 + i] = (byte)((i + start) % 251);
        return plain;
    }
}
