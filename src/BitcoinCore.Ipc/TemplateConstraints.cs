namespace BitcoinCore.Ipc;

/// <summary>What a template must leave room for.</summary>
/// <param name="ReservedWeight">Weight units for header, transaction count and the whole coinbase; 2,000 or more.</param>
/// <param name="CoinbaseSigops">Signature operations of the coinbase's outputs, as a block counts them.</param>
public sealed record TemplateConstraints(ulong ReservedWeight, ulong CoinbaseSigops);
