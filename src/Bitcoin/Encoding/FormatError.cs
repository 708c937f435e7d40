using System.Globalization;

namespace Bitcoin;

/// <summary>
/// Why bytes or text do not have the form they should have. It is a value, since the input comes from peers and from
/// people: no parser of this project throws for it.
/// </summary>
/// <param name="Reason">What was found and what would be right, as one clause without a full stop.</param>
/// <param name="Position">Where: the index of the byte or character at which the trouble starts.</param>
public readonly record struct FormatError(string Reason, int Position)
{
    /// <summary>The reason with its position.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Reason} (at position {Position})");
}
