using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Bitcoin;

/// <summary>
/// SHA-256 by OpenSSL's functions of the lowest level, which .NET's own class leads to by way of a digest object that is made
/// and freed for each hash: 0.4 µs, several times what a processor with SHA instructions takes for the hash itself, and a share
/// takes some thirty. Where the library or its functions are missing .NET's class does it.
/// </summary>
internal static unsafe class OpenSslSha256
{
    // The size of SHA256_CTX is 112 in OpenSSL 1.1 and 3; more is harmless.
    private const int ContextSize = 128;

    // Longer data may keep a garbage collection waiting, which a call without a transition must not.
    private const int LongestQuickUpdate = 1024;

    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<byte*, int> Init;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<byte*, byte*, nuint, int> QuickUpdate;
    private static readonly delegate* unmanaged[Cdecl]<byte*, byte*, nuint, int> Update;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<byte*, byte*, int> Final;

    static OpenSslSha256()
    {
        // Elsewhere .NET does not use OpenSSL either; loading it by name ends a process on macOS.
        if (!OperatingSystem.IsLinux() || Load() is not { } library)
            return;
        if (!NativeLibrary.TryGetExport(library, "SHA256_Init", out nint init)
            || !NativeLibrary.TryGetExport(library, "SHA256_Update", out nint update)
            || !NativeLibrary.TryGetExport(library, "SHA256_Final", out nint final))
            return;
        Init = (delegate* unmanaged[Cdecl, SuppressGCTransition]<byte*, int>)init;
        QuickUpdate = (delegate* unmanaged[Cdecl, SuppressGCTransition]<byte*, byte*, nuint, int>)update;
        Update = (delegate* unmanaged[Cdecl]<byte*, byte*, nuint, int>)update;
        Final = (delegate* unmanaged[Cdecl, SuppressGCTransition]<byte*, byte*, int>)final;
        IsAvailable = true;
    }

    /// <summary>Whether the library is there. Otherwise nothing else may be called.</summary>
    internal static bool IsAvailable { get; }

    /// <summary>Writes the 32 hash bytes; <paramref name="destination"/> may overlap <paramref name="data"/>.</summary>
    internal static void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        if (destination.Length < SHA256.HashSizeInBytes)
            throw new ArgumentException("A hash has 32 bytes.", nameof(destination));
        byte* context = stackalloc byte[ContextSize];
        fixed (byte* from = data, to = destination)
        {
            _ = Init(context);
            _ = data.Length <= LongestQuickUpdate
                ? QuickUpdate(context, from, (nuint)data.Length)
                : Update(context, from, (nuint)data.Length);
            _ = Final(to, context);
        }
    }

    // The one that .NET has loaded, so the same version.
    private static nint? Load()
    {
        foreach (string name in (ReadOnlySpan<string>)["libcrypto.so.3", "libcrypto.so.1.1"])
        {
            if (NativeLibrary.TryLoad(name, out nint library))
                return library;
        }

        return null;
    }
}
