namespace BitcoinCore.Ipc;

/// <summary>The node's tip.</summary>
/// <param name="Hash">Its hash, 32 bytes in the internal order.</param>
/// <param name="Height">Its height.</param>
public sealed record NodeTip(ReadOnlyMemory<byte> Hash, int Height);
