namespace BitcoinCore.Ipc;

/// <summary>What a template is made of, without its transactions.</summary>
/// <param name="Header">The block header, 80 bytes; merkle root and nonce in it are of no use.</param>
/// <param name="Coinbase">What the coinbase must hold.</param>
/// <param name="MerklePath">Hashes from the coinbase to the root, 32 bytes each in the internal order.</param>
public sealed record TemplateData(ReadOnlyMemory<byte> Header, TemplateCoinbase Coinbase, IReadOnlyList<ReadOnlyMemory<byte>> MerklePath)
{
    /// <summary>Bytes of a header.</summary>
    public const int HeaderBytes = 80;

    /// <summary>The hash of the block the template builds on, 32 bytes in the internal order.</summary>
    public ReadOnlyMemory<byte> PrevHash => Header.Slice(4, 32);

    /// <summary>The compact target that its header must name, 4 bytes. Test networks change it on the same tip.</summary>
    public ReadOnlyMemory<byte> NBits => Header.Slice(72, 4);
}
