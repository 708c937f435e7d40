namespace Bitcoin;

/// <summary>The bytes of a script, compared by content. They need not be a valid program: any bytes can stand in an output.</summary>
public readonly struct Script : IEquatable<Script>
{
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Wraps <paramref name="bytes"/>, which must not change afterwards.</summary>
    public Script(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The script without bytes.</summary>
    public static Script Empty => default;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>Number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>Whether the bytes are the same.</summary>
    public static bool operator ==(Script left, Script right) => left.Equals(right);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(Script left, Script right) => !left.Equals(right);

    /// <summary>From hex; for constants and tests: throws <see cref="FormatException"/>.</summary>
    public static Script FromHex(string hex) => new(Convert.FromHexString(hex));

    /// <inheritdoc/>
    public bool Equals(Script other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Script other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>Lower-case hex.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);
}
