using Bitcoin;

namespace JdClient.Monitoring.Model;

/// <summary>Values as answers carry them.</summary>
internal static class Values
{
    /// <summary>JSON has no infinity: what is beyond becomes the greatest number.</summary>
    internal static double Finite(double value) =>
        double.IsNaN(value) ? 0 : Math.Clamp(value, double.MinValue, double.MaxValue);

    /// <summary>A sum as a whole number.</summary>
    internal static ulong Whole(double value) => value switch
    {
        >= ulong.MaxValue => ulong.MaxValue,
        > 0 => (ulong)value,
        _ => 0,
    };

    /// <summary>A target, most significant byte first.</summary>
    internal static string Hex(U256 target) => target.ToString();

    /// <summary>Bytes as they are on the wire.</summary>
    internal static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>Counts by name.</summary>
    internal static IReadOnlyDictionary<string, ulong> Counts(IEnumerable<KeyValuePair<string, ulong>> counts) =>
        new SortedDictionary<string, ulong>(counts.ToDictionary(), StringComparer.Ordinal);
}
