using System.Buffers.Binary;
using Bitcoin;
using Sv2.Protocol.Mining;

namespace Simulation.Peers;

/// <summary>
/// A custom job as a pool understands it, rebuilt from the bytes of SetCustomMiningJob alone: nothing here comes from
/// Sv2.Channels.
/// </summary>
internal sealed class PoolJob
{
    private readonly U256[] _path;
    private readonly byte[] _head;
    private readonly byte[] _tail;

    public PoolJob(uint id, SetCustomMiningJob custom, byte[] prefix, int grant, U256 target, long epoch)
    {
        Id = id;
        Custom = custom;
        Grant = grant;
        Target = target;
        Epoch = epoch;
        _path = [.. custom.MerklePath];
        _head = Head(custom, prefix, grant);
        _tail = Tail(custom);
    }

    public uint Id { get; }

    public SetCustomMiningJob Custom { get; }

    public int Grant { get; }

    public U256 Target { get; }

    /// <summary>Which tip of the core's it was acknowledged on.</summary>
    public long Epoch { get; }

    /// <summary>The hash of the header that a share stands for.</summary>
    public U256 Hash(SubmitSharesExtended share) => new BlockHeader(
        share.Version, Custom.PrevHash, Root(share.Extranonce.Span), share.NTime, Custom.NBits, share.Nonce).Hash();

    /// <summary>Whether a share for the same work is good here.</summary>
    public bool Takes(Share share) => (share.Hash <= Target || share.IsBlock) && share.NTime >= Custom.MinNTime;

    /// <summary>Whether a miner's job with this coinbase is this job, for a full extranonce of a size.</summary>
    public bool IsSame(ReadOnlySpan<byte> minerPrefix, ReadOnlySpan<byte> minerSuffix, int extranonce) =>
        minerPrefix.Length - _head.Length + extranonce == Grant
        && minerSuffix.SequenceEqual(_tail)
        && minerPrefix.StartsWith(_head)
        && !minerPrefix[_head.Length..].ContainsAnyExcept((byte)0);

    /// <summary>The merkle root for a full extranonce of a miner, padded in front to what was granted.</summary>
    public U256 PaddedRoot(ReadOnlySpan<byte> extranonce)
    {
        Span<byte> full = stackalloc byte[Grant];
        if (extranonce.Length > Grant)
            return default;
        full.Clear();
        extranonce.CopyTo(full[(Grant - extranonce.Length)..]);
        return Root(full);
    }

    /// <summary>The coinbase up to the upstream prefix with marker and flag, as a declaration must have it.</summary>
    public static byte[] DeclaredPrefix(SetCustomMiningJob custom, int fullSize)
    {
        byte[] head = Head(custom, [], fullSize);
        return [.. head.AsSpan(0, 4), 0, 1, .. head.AsSpan(4)];
    }

    /// <summary>The coinbase after the extranonce with the witness, as a declaration must have it.</summary>
    public static byte[] DeclaredSuffix(SetCustomMiningJob custom)
    {
        byte[] tail = Tail(custom);
        return [.. tail.AsSpan(0, tail.Length - 4), 1, 32, .. new byte[32], .. tail.AsSpan(tail.Length - 4)];
    }

    private U256 Root(ReadOnlySpan<byte> extranonce)
    {
        Span<byte> coinbase = stackalloc byte[_head.Length + extranonce.Length + _tail.Length];
        _head.CopyTo(coinbase);
        extranonce.CopyTo(coinbase[_head.Length..]);
        _tail.CopyTo(coinbase[(_head.Length + extranonce.Length)..]);
        U256 node = Sha256d.Hash(coinbase);
        foreach (U256 sibling in _path)
            node = Sha256d.HashPair(node, sibling);
        return node;
    }

    private static byte[] Head(SetCustomMiningJob custom, ReadOnlySpan<byte> prefix, int rest)
    {
        var version = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(version, custom.CoinbaseTxVersion);
        byte scriptSig = (byte)(custom.CoinbasePrefix.Length + prefix.Length + rest);
        return [.. version, 1, .. new byte[32], 0xff, 0xff, 0xff, 0xff, scriptSig, .. custom.CoinbasePrefix.Span, .. prefix];
    }

    private static byte[] Tail(SetCustomMiningJob custom)
    {
        var numbers = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(numbers, custom.CoinbaseTxInputNSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers.AsSpan(4), custom.CoinbaseTxLocktime);
        return [.. numbers.AsSpan(0, 4), .. custom.CoinbaseTxOutputs.Span, .. numbers.AsSpan(4)];
    }
}
