namespace Bitcoin;

/// <summary>Bitcoin's networks. An address can belong to several: test networks share their prefixes.</summary>
[Flags]
public enum BitcoinNetworks
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The real one.</summary>
    Mainnet = 1,

    /// <summary>testnet3 and testnet4.</summary>
    Testnet = 2,

    /// <summary>Signet (BIP325), public or own.</summary>
    Signet = 4,

    /// <summary>A local network.</summary>
    Regtest = 8,

    /// <summary>All but mainnet.</summary>
    AnyTest = Testnet | Signet | Regtest,
}
