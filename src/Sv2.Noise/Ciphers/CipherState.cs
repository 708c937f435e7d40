using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sv2.Noise.Ciphers;

/// <summary>
/// One key with its nonce counter (04-Protocol-Security 4.4.1). Not safe for use from two threads: the loop that writes, or the
/// loop that reads, owns it. <see cref="Dispose"/> zeroes the key.
/// </summary>
internal sealed class CipherState : IDisposable
{
    /// <summary>Bytes of an authentication tag.</summary>
    public const int MacSize = 16;

    // 2^64 − 1 is reserved by the Noise framework.
    private const ulong LastNonce = ulong.MaxValue - 1;

    // Pinned so that the collector leaves no copies behind when it compacts.
    private readonly byte[] _key = GC.AllocateUninitializedArray<byte>(32, pinned: true);
    private bool _disposed;

    public CipherState(ReadOnlySpan<byte> key, ulong nonce = 0)
    {
        key.CopyTo(_key);
        Nonce = nonce;
    }

    /// <summary>The nonce of the next operation.</summary>
    public ulong Nonce { get; private set; }

    /// <summary>The key; for tests of the key schedule.</summary>
    internal ReadOnlySpan<byte> Key => _key;

    /// <summary>Whether this many more operations have a nonce.</summary>
    public bool HasNonces(ulong count) => count == 0 || (Nonce <= LastNonce && count - 1 <= LastNonce - Nonce);

    /// <summary>Encrypts. The destination is 16 bytes longer than the plaintext and may start at the same address.</summary>
    public NoiseError Encrypt(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        if (_disposed)
            return NoiseError.OutOfOrder;
        if (!HasNonces(1))
            return NoiseError.NonceExhausted;
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce);
        Sodium.Encrypt(_key, nonce, associated, plaintext, ciphertext);
        Nonce++;
        return NoiseError.None;
    }

    /// <summary>Decrypts. On failure the nonce stays, and nothing of the plaintext is released.</summary>
    public NoiseError Decrypt(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        if (_disposed)
            return NoiseError.OutOfOrder;
        if (!HasNonces(1))
            return NoiseError.NonceExhausted;
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce);
        if (!Sodium.TryDecrypt(_key, nonce, associated, ciphertext, plaintext))
            return NoiseError.DecryptionFailed;
        Nonce++;
        return NoiseError.None;
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_key);
    }

    private void WriteNonce(Span<byte> nonce)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(nonce, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], Nonce);
    }
}
