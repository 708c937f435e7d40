using Bitcoin;

namespace JdClient.Configuration;

/// <summary>Authority keys whose secret half everybody knows, so that they prove nothing.</summary>
internal static class WellKnownKeys
{
    /// <summary>Public halves of the pairs printed in the reference's examples and tests.</summary>
    private static readonly string[] Texts =
    [
        "9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72",
        "9bDuixKmZqAJnrmP746n8zU1wyAQRrus7th9dxnkPg6RzQvCnan",
    ];

    /// <summary>Whether this is one of them.</summary>
    internal static bool Contains(AuthorityPublicKey key) => Texts.Contains(key.ToString(), StringComparer.Ordinal);
}
