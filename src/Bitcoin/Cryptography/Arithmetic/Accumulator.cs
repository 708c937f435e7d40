using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Bitcoin.Cryptography.Arithmetic;

/// <summary>A 128-bit sum of products. Mutable, for use as a local only.</summary>
internal struct Accumulator
{
    private ulong _low;
    private ulong _high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Accumulator(ulong low) => _low = low;

    /// <summary>Bits 0 to 63.</summary>
    public readonly ulong Low => _low;

    /// <summary>Bits 64 to 127.</summary>
    public readonly ulong High => _high;

    /// <summary>Adds a product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong a, ulong b)
    {
        // Two instructions for the two halves: the one that gives both writes the lower half to memory, which takes far longer.
        ulong high = Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);
        ulong low = a * b;
        _low += low;
        _high += high + (_low < low ? 1UL : 0UL);
    }

    /// <summary>Adds another sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Accumulator other)
    {
        _low += other._low;
        _high += other._high + (_low < other._low ? 1UL : 0UL);
    }

    /// <summary>Removes the lowest 52 bits and returns them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong TakeLimb()
    {
        ulong limb = _low & ((1UL << 52) - 1);
        _low = (_low >> 52) | (_high << 12);
        _high >>= 52;
        return limb;
    }

    /// <summary>Removes the lowest 64 bits and returns them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong TakeWord()
    {
        ulong word = _low;
        _low = _high;
        _high = 0;
        return word;
    }
}
