using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using Sv2.Noise.Ciphers;
using Xunit;

namespace Sv2.Noise.Tests;

public sealed class FrameTests
{
    private static readonly byte[] Key = Keys.Secret(7);

    [Theory]
    [InlineData(0, 22)]
    [InlineData(1, 39)]
    [InlineData(65_519, 22 + 65_535)]
    [InlineData(65_520, 22 + 65_535 + 17)]
    [InlineData(131_038, 22 + 131_070)]
    [InlineData(131_039, 22 + 131_070 + 17)]
    [InlineData(16_777_215, 22 + 16_777_215 + (257 * 16))]
    public void Encrypted_length(int payload, int expected) => Assert.Equal(expected, NoiseFrame.EncryptedLength(payload));

    [Theory]
    [InlineData(-1)]
    [InlineData(16_777_216)]
    public void Encrypted_length_of_no_payload_is_a_bug(int payload) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseFrame.EncryptedLength(payload));

    [Fact]
    public void Cipher_is_the_frameworks_ChaCha20Poly1305() =>
        Gen.Select(Gen.Byte.Array[32], Gen.ULong[0, ulong.MaxValue - 2], Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 300]).Sample(
            (key, nonce, associated, plain) =>
            {
                byte[] nonceBytes = new byte[12], expected = new byte[plain.Length + 16], actual = new byte[plain.Length + 16];
                BinaryPrimitives.WriteUInt64LittleEndian(nonceBytes.AsSpan(4), nonce);
                using var framework = new ChaCha20Poly1305(key);
                framework.Encrypt(nonceBytes, plain, expected.AsSpan(0, plain.Length), expected.AsSpan(plain.Length), associated);
                var cipher = new CipherState(key, nonce);
                Assert.Equal(NoiseError.None, cipher.Encrypt(associated, plain, actual));
                Assert.Equal(expected, actual);
                Assert.Equal(nonce + 1, cipher.Nonce);
                byte[] back = new byte[plain.Length];
                Assert.Equal(NoiseError.None, new CipherState(key, nonce).Decrypt(associated, actual, back));
                Assert.Equal(plain, back);
            });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(65_519)]
    [InlineData(65_520)]
    [InlineData(131_038)]
    [InlineData(131_039)]
    [InlineData(16_777_215)]
    public void Payload_decrypts_whole_in_place_and_by_chunks(int length)
    {
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);
        byte[] wire = new byte[NoiseFrame.EncryptedLength(length)];
        Assert.Equal(NoiseError.None, new FrameEncryptor(new CipherState(Key)).Encrypt(new byte[6], payload, wire));

        FrameDecryptor whole = AfterHeader(wire);
        byte[] plain = new byte[length];
        Assert.Equal(NoiseError.None, whole.DecryptPayload(wire.AsSpan(22), plain));
        Assert.True(payload.AsSpan().SequenceEqual(plain));

        FrameDecryptor chunked = AfterHeader(wire);
        for (int i = 0; i < NoiseFrame.ChunkCount(length); i++)
        {
            ReadOnlySpan<byte> chunk = wire.AsSpan(22 + (i * NoiseFrame.MaxEncryptedChunk));
            chunk = chunk[..Math.Min(chunk.Length, NoiseFrame.MaxEncryptedChunk)];
            Assert.Equal(NoiseError.None, chunked.DecryptChunk(chunk, plain));
            Assert.True(payload.AsSpan(i * NoiseFrame.MaxChunk, chunk.Length - 16).SequenceEqual(plain.AsSpan(0, chunk.Length - 16)));
        }

        FrameDecryptor inPlace = AfterHeader(wire);
        Assert.Equal(NoiseError.None, inPlace.DecryptPayloadInPlace(wire.AsSpan(22), length));
        Assert.True(payload.AsSpan().SequenceEqual(wire.AsSpan(22, length)));
        Assert.Equal((ulong)(1 + NoiseFrame.ChunkCount(length)), inPlace.NextNonce);
        Assert.Equal(inPlace.NextNonce, whole.NextNonce);
        Assert.Equal(inPlace.NextNonce, chunked.NextNonce);
    }

    [Fact]
    public void A_changed_bit_at_any_byte_is_noticed_and_uses_no_nonce()
    {
        byte[] wire = Encrypted(40);
        for (int i = 0; i < wire.Length; i++)
        {
            byte[] tampered = [.. wire];
            tampered[i] ^= (byte)(0x80 >> (i % 8));
            var decryptor = new FrameDecryptor(new CipherState(Key));
            byte[] header = new byte[6];
            NoiseError error = decryptor.DecryptHeader(tampered.AsSpan(0, 22), header);
            Assert.Equal(i < 22 ? NoiseError.DecryptionFailed : NoiseError.None, error);
            if (i < 22)
            {
                Assert.Equal(0ul, decryptor.NextNonce);
                continue;
            }

            byte[] payload = new byte[40];
            Assert.Equal(NoiseError.DecryptionFailed, decryptor.DecryptPayload(tampered.AsSpan(22), payload));
            Assert.Equal(new byte[40], payload);
            Assert.Equal(NoiseError.DecryptionFailed, decryptor.DecryptPayloadInPlace(tampered.AsSpan(22), 40));
            Assert.Equal(1ul, decryptor.NextNonce);
        }
    }

    [Fact]
    public void A_changed_second_chunk_is_noticed()
    {
        byte[] wire = Encrypted(70_000);
        wire[22 + NoiseFrame.MaxEncryptedChunk + 5] ^= 1;
        Assert.Equal(NoiseError.DecryptionFailed, AfterHeader(wire).DecryptPayload(wire.AsSpan(22), new byte[70_000]));
        Assert.Equal(NoiseError.DecryptionFailed, AfterHeader(wire).DecryptPayloadInPlace(wire.AsSpan(22), 70_000));
    }

    [Fact]
    public void Header_and_chunk_cannot_stand_for_each_other()
    {
        byte[] wire = Encrypted(6);
        var decryptor = new FrameDecryptor(new CipherState(Key));
        Assert.Equal(NoiseError.DecryptionFailed, decryptor.DecryptHeader(wire.AsSpan(22), new byte[6]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(21)]
    [InlineData(23)]
    public void Header_of_another_size_is_refused(int size) =>
        Assert.Equal(NoiseError.WrongSize, new FrameDecryptor(new CipherState(Key)).DecryptHeader(new byte[size], new byte[6]));

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(65_536)]
    public void Chunk_of_an_impossible_size_is_refused(int size) =>
        Assert.Equal(NoiseError.WrongSize, new FrameDecryptor(new CipherState(Key)).DecryptChunk(new byte[size], new byte[size]));

    [Theory]
    [InlineData(16, 0)]
    [InlineData(39, 24)]
    [InlineData(41, 24)]
    [InlineData(65_536, 65_520)]
    public void Payload_of_another_size_is_refused(int encrypted, int plain)
    {
        Assert.Equal(
            NoiseError.WrongSize, new FrameDecryptor(new CipherState(Key)).DecryptPayload(new byte[encrypted], new byte[plain]));
        Assert.Equal(
            NoiseError.WrongSize, new FrameDecryptor(new CipherState(Key)).DecryptPayloadInPlace(new byte[encrypted], plain));
    }

    [Fact]
    public void Impossible_payload_lengths_are_refused()
    {
        var decryptor = new FrameDecryptor(new CipherState(Key));
        Assert.Equal(NoiseError.WrongSize, decryptor.DecryptPayloadInPlace(new byte[20], -1));
        Assert.Equal(NoiseError.WrongSize, decryptor.DecryptPayloadInPlace(new byte[20], NoiseFrame.MaxPayload + 1));
    }

    [Fact]
    public void Last_nonce_is_never_used_and_a_frame_without_enough_nonces_uses_none()
    {
        byte[] wire = new byte[NoiseFrame.EncryptedLength(10)];
        var encryptor = new FrameEncryptor(new CipherState(Key, ulong.MaxValue - 3));
        Assert.Equal(NoiseError.None, encryptor.Encrypt(new byte[6], new byte[10], wire));
        Assert.Equal(ulong.MaxValue - 1, encryptor.NextNonce);
        wire.AsSpan().Clear();
        Assert.Equal(NoiseError.NonceExhausted, encryptor.Encrypt(new byte[6], new byte[10], wire));
        Assert.Equal(ulong.MaxValue - 1, encryptor.NextNonce);
        Assert.Equal(new byte[wire.Length], wire);
        Assert.Equal(NoiseError.None, encryptor.Encrypt(new byte[6], default, wire));
        Assert.Equal(NoiseError.NonceExhausted, encryptor.Encrypt(new byte[6], default, wire));
        var decryptor = new FrameDecryptor(new CipherState(Key, ulong.MaxValue));
        Assert.Equal(NoiseError.NonceExhausted, decryptor.DecryptHeader(new byte[22], new byte[6]));
    }

    [Fact]
    public void Callers_sizes_that_do_not_fit_are_bugs()
    {
        var encryptor = new FrameEncryptor(new CipherState(Key));
        Assert.Throws<ArgumentException>(() => encryptor.Encrypt(new byte[5], default, new byte[22]));
        Assert.Throws<ArgumentException>(() => encryptor.Encrypt(new byte[6], new byte[1], new byte[38]));
        Assert.Equal(0ul, encryptor.NextNonce);
    }

    [Fact]
    public void Frames_are_encrypted_and_decrypted_without_allocation()
    {
        var encryptor = new FrameEncryptor(new CipherState(Key));
        var decryptor = new FrameDecryptor(new CipherState(Key));
        byte[] header = new byte[6], payload = new byte[100], wire = new byte[NoiseFrame.EncryptedLength(100)];
        long allocated = 0;
        for (int i = 0; i < 10; i++)
        {
            // The first rounds compile.
            if (i == 5)
                allocated = GC.GetAllocatedBytesForCurrentThread();
            _ = encryptor.Encrypt(header, payload, wire);
            _ = decryptor.DecryptHeader(wire.AsSpan(0, 22), header);
            _ = decryptor.DecryptPayload(wire.AsSpan(22), payload);
        }

        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(20ul, decryptor.NextNonce);
    }

    private static byte[] Encrypted(int length)
    {
        byte[] wire = new byte[NoiseFrame.EncryptedLength(length)];
        Assert.Equal(NoiseError.None, new FrameEncryptor(new CipherState(Key)).Encrypt(new byte[6], new byte[length], wire));
        return wire;
    }

    private static FrameDecryptor AfterHeader(byte[] wire)
    {
        var decryptor = new FrameDecryptor(new CipherState(Key));
        Assert.Equal(NoiseError.None, decryptor.DecryptHeader(wire.AsSpan(0, 22), new byte[6]));
        return decryptor;
    }
}
