namespace Sv2.Transport;

/// <summary>How a client protects a connection and knows its server (spec 04).</summary>
public abstract record ClientSecurity
{
    private ClientSecurity()
    {
    }

    /// <summary>Noise, and the server's certificate must be signed by this authority.</summary>
    /// <param name="AuthorityKey">X coordinate of the authority's secp256k1 key, 32 bytes big-endian (spec 04, 4.7).</param>
    public sealed record Authenticated(ReadOnlyMemory<byte> AuthorityKey) : ClientSecurity;

    /// <summary>Noise with whoever answers: the certificate is not looked at. Insecure; to be asked for by name only.</summary>
    public sealed record Unauthenticated : ClientSecurity;

    /// <summary>No encryption; only to an address of this host, for a template provider beside the daemon.</summary>
    public sealed record Plaintext : ClientSecurity;
}
