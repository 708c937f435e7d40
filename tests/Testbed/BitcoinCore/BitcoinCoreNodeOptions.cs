using BitcoinCore.Ipc;

namespace Testbed.BitcoinCore;

/// <summary>How a node on a UNIX socket behaves.</summary>
public sealed record BitcoinCoreNodeOptions
{
    /// <summary>The interface it offers.</summary>
    public NodeGeneration Generation { get; init; } = NodeGeneration.V32;

    /// <summary>Its socket; null makes one in the temporary folder.</summary>
    public string? SocketPath { get; init; }

    /// <summary>Whether a wait can be interrupted; 30.0 has no method for it.</summary>
    public bool CanInterruptWaits { get; init; } = true;

    /// <summary>Version of its templates.</summary>
    public uint Version { get; init; } = 0x20000000;
}
