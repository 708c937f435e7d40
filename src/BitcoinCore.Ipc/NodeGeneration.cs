namespace BitcoinCore.Ipc;

/// <summary>A generation of Bitcoin Core's mining interface; the number is the node's major version.</summary>
public enum NodeGeneration
{
    /// <summary>Bitcoin Core 30.x.</summary>
    V30 = 30,

    /// <summary>Bitcoin Core 31.x.</summary>
    V31 = 31,

    /// <summary>Bitcoin Core 32, in development.</summary>
    V32 = 32,
}
