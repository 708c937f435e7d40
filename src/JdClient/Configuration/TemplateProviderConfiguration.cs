using Bitcoin;
using JdClient.Core;

namespace JdClient.Configuration;

/// <summary>
/// Where templates come from: an entry of <c>[[template_providers]]</c>, or the single <c>template_provider_type</c> table.
/// </summary>
public abstract record TemplateProviderConfiguration
{
    private TemplateProviderConfiguration()
    {
    }

    /// <summary>For people.</summary>
    public abstract string Name { get; }

    /// <summary>A template provider over Sv2 (<c>type = "Sv2Tp"</c>, <c>[template_provider_type.Sv2Tp]</c>).</summary>
    public sealed record Sv2Tp : TemplateProviderConfiguration
    {
        /// <summary>Host and port (<c>address</c>).</summary>
        public required PeerEndpoint Endpoint { get; init; }

        /// <summary>
        /// The key that must have signed its certificate (<c>public_key</c>). Default: the certificate is not checked, which
        /// is allowed on this host, or anywhere where <c>allow_unverified</c> is true.
        /// </summary>
        public AuthorityPublicKey? Authority { get; init; }

        /// <summary>Speak without encryption; only possible on this host (<c>unencrypted</c>). Default: no.</summary>
        public bool Unencrypted { get; init; }

        /// <inheritdoc/>
        public override string Name => $"{Endpoint.Host}:{Endpoint.Port}";
    }

    /// <summary>Bitcoin Core's own socket (<c>type = "BitcoinCoreIpc"</c>, <c>[template_provider_type.BitcoinCoreIpc]</c>).</summary>
    public sealed record BitcoinCoreIpc : TemplateProviderConfiguration
    {
        /// <summary>
        /// Bitcoin Core's major version (<c>version</c>). It is found out at each connection; given, it is checked. Null: any.
        /// </summary>
        public int? Version { get; init; }

        /// <summary>The chain (<c>network</c>).</summary>
        public required BitcoinNetwork Network { get; init; }

        /// <summary>Bitcoin Core's data directory (<c>data_dir</c>). Null: the platform's default.</summary>
        public string? DataDirectory { get; init; }

        /// <summary>The socket itself (<c>socket_path</c>). Null: <c>node.sock</c> in the network's folder of the data directory.</summary>
        public string? SocketPath { get; init; }

        /// <summary>A new template is sent when fees rise by this much, in sats (<c>fee_threshold</c>). Default 100 sats.</summary>
        public ulong FeeThreshold { get; init; } = 100;

        /// <summary>Least time between two templates of one tip (<c>min_interval</c>). Default 5 s.</summary>
        public TimeSpan MinInterval { get; init; } = TimeSpan.FromSeconds(5);

        /// <inheritdoc/>
        public override string Name => (SocketPath ?? DataDirectory) is { } place
            ? $"bitcoin-core-ipc/{Network.ToString().ToLowerInvariant()} {place}"
            : $"bitcoin-core-ipc/{Network.ToString().ToLowerInvariant()}";
    }
}

/// <summary>A chain, as the configuration names it.</summary>
public enum BitcoinNetwork
{
    /// <summary>The main chain.</summary>
    Mainnet,

    /// <summary>The fourth test chain.</summary>
    Testnet4,

    /// <summary>A chain whose blocks are signed.</summary>
    Signet,

    /// <summary>A private chain without difficulty.</summary>
    Regtest,
}
