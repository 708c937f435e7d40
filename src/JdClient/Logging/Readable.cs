using System.Collections.Immutable;
using System.Globalization;
using Bitcoin;
using JdClient.Core;

namespace JdClient.Logging;

/// <summary>Values as people read them. What peers wrote is cut and stripped of control characters, so that it stays one line.</summary>
internal static class Readable
{
    private const int MaxPeerText = 100;

    /// <summary>Text of a peer.</summary>
    internal static string Text(string text, int maxLength = MaxPeerText)
    {
        ReadOnlySpan<char> shown = text.AsSpan(0, Math.Min(text.Length, maxLength));
        if (text.Length <= maxLength
            && !shown.ContainsAnyInRange('\0', '\x1f')
            && !shown.ContainsAnyInRange('\x7f', '\x9f')
            && !shown.ContainsAny('\u2028', '\u2029'))
            return text;
        string clean = string.Create(shown.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
        });
        return text.Length > maxLength ? clean + "…" : clean;
    }

    /// <summary>A hash rate with a unit.</summary>
    internal static string HashRate(double hashesPerSecond)
    {
        string[] units = ["H/s", "kH/s", "MH/s", "GH/s", "TH/s", "PH/s", "EH/s", "ZH/s"];
        int unit = 0;
        while (hashesPerSecond >= 1000 && unit < units.Length - 1)
        {
            hashesPerSecond /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{hashesPerSecond:0.##} {units[unit]}");
    }

    /// <summary>A target as difficulty.</summary>
    internal static string DifficultyOf(U256 target) => Difficulty.Of(target).ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Extension numbers.</summary>
    internal static string Extensions(ImmutableArray<ushort> extensions) =>
        extensions.IsDefaultOrEmpty ? "none" : string.Join(", ", extensions.Select(extension => $"0x{extension:x4}"));

    /// <summary>Which tip a template or job is for.</summary>
    internal static string TipOf(bool future) => future ? "next" : "present";

    /// <summary>What an announced tip means.</summary>
    internal static string News(CoreReport.TipChanged tip) => tip switch
    {
        { Standby: true } => "standing by, announced",
        { SameTip: true } => "the same tip again,",
        _ => "new tip",
    };

    /// <summary>When something is tried again, as the end of a sentence; empty when never.</summary>
    internal static string Retry(DateTimeOffset? at) =>
        at is { } time ? string.Create(CultureInfo.InvariantCulture, $", tried again at {time.ToLocalTime():HH:mm:ss}") : "";

    /// <summary>When an upstream takes the work, as the end of a sentence.</summary>
    internal static string TakesWork(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $", that is at {at.ToLocalTime():HH:mm:ss}");

    /// <summary>A time that has passed, in the unit that fits.</summary>
    internal static string Duration(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h"),
    };

    /// <summary>Names, or that there are none.</summary>
    internal static string List(ImmutableArray<string> names) => names.IsDefaultOrEmpty ? "none" : string.Join(", ", names);
}
