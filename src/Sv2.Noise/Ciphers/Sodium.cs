using System.Runtime.InteropServices;

namespace Sv2.Noise.Ciphers;

/// <summary>
/// ChaCha20-Poly1305 (RFC 8439) of libsodium. Called directly, with keys in our own memory: a key object of a wrapper takes
/// guarded pages (four memory mappings each), which a process with 8,000 encrypted connections runs out of.
/// </summary>
internal static unsafe partial class Sodium
{
    private const string Library = "libsodium";

    // Chooses the vectorised implementations. libsodium guards it itself: more than one call does no harm.
    private static readonly int Initialised = sodium_init();

    /// <summary>Encrypts; source and destination may be the same memory.</summary>
    public static void Encrypt(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> associated,
        ReadOnlySpan<byte> plaintext,
        Span<byte> ciphertext)
    {
        Check(key, nonce);
        if (ciphertext.Length != plaintext.Length + 16)
            throw new ArgumentException("The ciphertext is 16 bytes longer than the plaintext.", nameof(ciphertext));
        fixed (byte* k = key, n = nonce, a = associated, p = plaintext, c = ciphertext)
        {
            _ = crypto_aead_chacha20poly1305_ietf_encrypt(
                c, null, p, (ulong)plaintext.Length, a, (ulong)associated.Length, null, n, k);
        }
    }

    /// <summary>Decrypts; source and destination may be the same memory. False where the tag does not fit.</summary>
    public static bool TryDecrypt(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> associated,
        ReadOnlySpan<byte> ciphertext,
        Span<byte> plaintext)
    {
        Check(key, nonce);
        if (plaintext.Length != ciphertext.Length - 16)
            throw new ArgumentException("The ciphertext is 16 bytes longer than the plaintext.", nameof(plaintext));

        // The MAC alone makes an empty plaintext: its span has no address, and libsodium does not write to it then.
        fixed (byte* k = key, n = nonce, a = associated, c = ciphertext, p = plaintext)
        {
            return crypto_aead_chacha20poly1305_ietf_decrypt(
                p, null, null, c, (ulong)ciphertext.Length, a, (ulong)associated.Length, n, k) == 0;
        }
    }

    private static void Check(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        if (Initialised < 0)
            throw new InvalidOperationException("libsodium does not start on this machine.");
        if (key.Length != 32 || nonce.Length != 12)
            throw new ArgumentException("A key has 32 bytes, a nonce 12.", nameof(key));
    }

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial int sodium_init();

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial int crypto_aead_chacha20poly1305_ietf_encrypt(
        byte* c, ulong* clen, byte* m, ulong mlen, byte* ad, ulong adlen, byte* nsec, byte* npub, byte* k);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial int crypto_aead_chacha20poly1305_ietf_decrypt(
        byte* m, ulong* mlen, byte* nsec, byte* c, ulong clen, byte* ad, ulong adlen, byte* npub, byte* k);
}
