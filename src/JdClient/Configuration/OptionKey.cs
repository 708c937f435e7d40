using System.Runtime.CompilerServices;

namespace JdClient.Configuration;

/// <summary>
/// A numeric key of one of the sections whose every key has a default. One table serves reading, checking, printing and the
/// reference in docs/configuration.md, so none of them can forget a key.
/// </summary>
/// <param name="Key">As written, with the unit where it is a time.</param>
/// <param name="Whole">Only integers.</param>
/// <param name="Min">Least value.</param>
/// <param name="Max">Greatest value.</param>
/// <param name="Get">Reads the property.</param>
/// <param name="With">A copy with another value of the property.</param>
/// <param name="Getter">The text of <paramref name="Get"/>, which ends in the property's name.</param>
/// <typeparam name="T">The options record of the section.</typeparam>
internal sealed record OptionKey<T>(
    string Key,
    bool Whole,
    double Min,
    double Max,
    Func<T, double> Get,
    Func<T, double, T> With,
    [CallerArgumentExpression(nameof(Get))] string Getter = "")
{
    /// <summary>The property's name, by which its doc comment is found.</summary>
    internal string Property => Getter[(Getter.LastIndexOf('.') + 1)..];
}

/// <summary>The sections made of <see cref="OptionKey{T}"/>s.</summary>
internal static partial class OptionKeys
{
    private static OptionKey<T> Count<T>(
        string key,
        int max,
        Func<T, int> get,
        Func<T, int, T> with,
        [CallerArgumentExpression(nameof(get))] string getter = "") =>
        new(key, Whole: true, 1, max, options => get(options), (options, value) => with(options, (int)value), getter);

    private static OptionKey<T> Rate<T>(
        string key,
        Func<T, double> get,
        Func<T, double, T> with,
        [CallerArgumentExpression(nameof(get))] string getter = "") =>
        new(key, Whole: false, 0.1, 1_000_000, get, with, getter);

    private static OptionKey<T> Seconds<T>(
        string key,
        double max,
        Func<T, TimeSpan> get,
        Func<T, TimeSpan, T> with,
        [CallerArgumentExpression(nameof(get))] string getter = "") =>
        new(
            key,
            Whole: false,
            0.001,
            max,
            options => get(options).TotalSeconds,
            (options, value) => with(options, TimeSpan.FromSeconds(value)),
            getter);

    /// <summary>The section's options: the defaults with what is written in it.</summary>
    internal static T Read<T>(this SectionReader section, IReadOnlyList<OptionKey<T>> keys, T options)
    {
        foreach (OptionKey<T> key in keys)
        {
            double? value = key.Whole ? section.Integer(key.Key, (long)key.Min, (long)key.Max) : section.Number(key.Key, key.Min, key.Max);
            if (value is { } given)
                options = key.With(options, given);
        }

        return options;
    }
}
