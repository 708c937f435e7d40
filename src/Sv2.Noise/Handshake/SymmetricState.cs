using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Sv2.Noise.Ciphers;

namespace Sv2.Noise.Handshake;

/// <summary>Chaining key, handshake hash and handshake cipher (04-Protocol-Security 4.4.2). Owned by one handshake.</summary>
internal sealed class SymmetricState : IDisposable
{
    private const int HashSize = SHA256.HashSizeInBytes;

    // Pinned so that the collector leaves no copies of the chaining key behind when it compacts.
    private readonly byte[] _chainingKey = GC.AllocateUninitializedArray<byte>(HashSize, pinned: true);
    private readonly byte[] _hash = new byte[HashSize];
    private CipherState? _cipher;

    public SymmetricState()
    {
        SHA256.HashData("Noise_NX_Secp256k1+EllSwift_ChaChaPoly_SHA256"u8, _chainingKey);
        SHA256.HashData(_chainingKey, _hash);
    }

    /// <summary>ck; for tests of the transcript.</summary>
    internal ReadOnlySpan<byte> ChainingKey => _chainingKey;

    /// <summary>h; for tests of the transcript.</summary>
    internal ReadOnlySpan<byte> Hash => _hash;

    /// <summary>k, empty before the first MixKey; for tests of the transcript.</summary>
    internal ReadOnlySpan<byte> Key => _cipher is null ? default : _cipher.Key;

    public void MixHash(ReadOnlySpan<byte> data)
    {
        Span<byte> input = stackalloc byte[HashSize + 128];
        _hash.CopyTo(input);
        data.CopyTo(input[HashSize..]);
        SHA256.HashData(input[..(HashSize + data.Length)], _hash);
    }

    public void MixKey(ReadOnlySpan<byte> inputKeyMaterial)
    {
        Span<byte> key = stackalloc byte[HashSize];
        Expand(inputKeyMaterial, _chainingKey, key);
        _cipher?.Dispose();
        _cipher = new CipherState(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Encrypts (in the clear before the first MixKey) and mixes the ciphertext in.</summary>
    public void EncryptAndHash(ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        // A handshake key encrypts one message: its nonces do not run out.
        if (_cipher is null)
            plaintext.CopyTo(ciphertext);
        else
            _ = _cipher.Encrypt(_hash, plaintext, ciphertext);
        MixHash(ciphertext);
    }

    /// <summary>Decrypts and mixes the ciphertext in. False where the tag does not fit.</summary>
    public bool TryDecryptAndHash(ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        if (_cipher is null)
            ciphertext.CopyTo(plaintext);
        else if (_cipher.Decrypt(_hash, ciphertext, plaintext) != NoiseError.None)
            return false;
        MixHash(ciphertext);
        return true;
    }

    /// <summary>The transport ciphers: initiator to responder, and back.</summary>
    public (CipherState ToResponder, CipherState ToInitiator) Split()
    {
        Span<byte> first = stackalloc byte[HashSize];
        Span<byte> second = stackalloc byte[HashSize];
        Expand(default, first, second);
        var pair = (new CipherState(first), new CipherState(second));
        CryptographicOperations.ZeroMemory(first);
        CryptographicOperations.ZeroMemory(second);
        return pair;
    }

    public void Dispose()
    {
        _cipher?.Dispose();
        CryptographicOperations.ZeroMemory(_chainingKey);
    }

    // HKDF with two outputs. NoInlining: its stack space shall not add up in the callers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Expand(ReadOnlySpan<byte> inputKeyMaterial, Span<byte> first, Span<byte> second)
    {
        Span<byte> temporary = stackalloc byte[HashSize];
        Span<byte> block = stackalloc byte[HashSize + 1];
        HMACSHA256.HashData(_chainingKey, inputKeyMaterial, temporary);
        block[0] = 1;
        HMACSHA256.HashData(temporary, block[..1], first);
        first.CopyTo(block);
        block[HashSize] = 2;
        HMACSHA256.HashData(temporary, block, second);
        CryptographicOperations.ZeroMemory(temporary);
        CryptographicOperations.ZeroMemory(block);
    }
}
