using Sv2.Noise;

namespace Sv2.Transport;

/// <summary>How a server protects a connection and proves who it is (spec 04).</summary>
public abstract record ServerSecurity
{
    private ServerSecurity()
    {
    }

    /// <summary>Noise with a certificate from our authority key.</summary>
    /// <param name="Identity">Static key and certificates; one object for all connections of a listener, disposed by its owner.</param>
    public sealed record Encrypted(NoiseResponderIdentity Identity) : ServerSecurity;

    /// <summary>No encryption; only for peers on this host.</summary>
    public sealed record Plaintext : ServerSecurity;
}
