namespace JdClient.Configuration;

/// <summary>
/// A numeric key of one of the sections whose every key has a default. One table serves reading, checking and printing,
/// so none of the three can forget a key.
/// </summary>
/// <param name="Key">As written, with the unit where it is a time.</param>
/// <param name="Whole">Only integers.</param>
/// <param name="Min">Least value.</param>
/// <param name="Max">Greatest value.</param>
/// <param name="Get">Reads the property.</param>
/// <param name="With">A copy with another value of the property.</param>
/// <typeparam name="T">The options record of the section.</typeparam>
internal sealed record OptionKey<T>(string Key, bool Whole, double Min, double Max, Func<T, double> Get, Func<T, double, T> With);

/// <summary>The sections made of <see cref="OptionKey{T}"/>s.</summary>
internal static partial class OptionKeys
{
    private static OptionKey<T> Count<T>(string key, int max, Func<T, int> get, Func<T, int, T> with) =>
        new(key, Whole: true, 1, max, options => get(options), (options, value) => with(options, (int)value));

    private static OptionKey<T> Rate<T>(string key, Func<T, double> get, Func<T, double, T> with) =>
        new(key, Whole: false, 0.1, 1_000_000, get, with);

    private static OptionKey<T> Seconds<T>(string key, double max, Func<T, TimeSpan> get, Func<T, TimeSpan, T> with) =>
        new(
            key,
            Whole: false,
            0.001,
            max,
            options => get(options).TotalSeconds,
            (options, value) => with(options, TimeSpan.FromSeconds(value)));

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
