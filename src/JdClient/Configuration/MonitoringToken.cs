using System.Security.Cryptography;
using System.Text;

namespace JdClient.Configuration;

/// <summary>
/// The secret that requests to the HTTP interface have to show (<c>monitoring_token</c>). Only its hash is kept, and it
/// never appears in a text.
/// </summary>
public sealed class MonitoringToken
{
    /// <summary>Fewest characters: shorter ones can be guessed.</summary>
    public const int MinLength = 16;

    /// <summary>Most characters.</summary>
    public const int MaxLength = 512;

    private readonly byte[] _hash;

    /// <param name="text">The secret.</param>
    public MonitoringToken(string text) => _hash = Hash(text);

    /// <summary>Whether this is the secret, in a time that says nothing of it.</summary>
    public bool Matches(string text) => CryptographicOperations.FixedTimeEquals(_hash, Hash(text));

    /// <inheritdoc/>
    public override string ToString() => "(secret)";

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
