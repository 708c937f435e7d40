using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Bitcoin;
using Sv2.Protocol.TemplateDistribution;

namespace Sv2.Channels;

/// <summary>
/// The coinbase transaction of a job, cut around the extranonce in the two places that matter: where the pool expects
/// the cut (before its own prefix) and where miners do (after upstream prefix and padding). Immutable and shared by
/// all channels; safe to read from several threads.
/// </summary>
public sealed class CoinbaseCut
{
    /// <summary>Longest scriptSig of a coinbase, bytes (consensus).</summary>
    public const int MaxScriptSig = 100;

    /// <summary>Longest tag push, bytes, the three slashes and "Sv2" included.</summary>
    public const int MaxTag = 61;

    /// <summary>Bytes of a BIP 141 witness reserved value.</summary>
    public const int WitnessReservedValueSize = 32;

    private const int MaxBytes = ushort.MaxValue;
    private const int MarkerAt = 4;
    private const int MarkerSize = 2;
    private const int WitnessSize = 2 + WitnessReservedValueSize;
    private const int LocktimeSize = 4;
    private const int StackLimit = 1024;

    private static readonly byte[] ZeroReservedValue = new byte[WitnessReservedValueSize];

    // Index: size of the downstream's extranonce. Filled when first asked for; two threads may both make one, which is
    // the same one.
    private readonly byte[]?[] _minerPrefixes = new byte[]?[ExtranonceSizes.MaxFull + 1];

    private CoinbaseCut(
        UpstreamExtranonce extranonce,
        NewTemplate template,
        byte[] scriptSigHead,
        byte[] outputs,
        byte[] declaredPrefix,
        byte[] declaredSuffix,
        bool witness)
    {
        Extranonce = extranonce;
        TxVersion = template.CoinbaseTxVersion;
        InputSequence = template.CoinbaseTxInputSequence;
        Locktime = template.CoinbaseTxLocktime;
        CustomJobPrefix = scriptSigHead;
        CustomJobOutputs = outputs;
        DeclaredPrefix = declaredPrefix;
        DeclaredSuffix = declaredSuffix;
        ReadOnlySpan<byte> suffix = declaredSuffix;
        StrippedPrefix = !witness
            ? declaredPrefix
            : [.. declaredPrefix.AsSpan(0, MarkerAt), .. declaredPrefix.AsSpan(MarkerAt + MarkerSize)];
        MinerSuffix = !witness ? declaredSuffix : [.. suffix[..^(WitnessSize + LocktimeSize)], .. suffix[^LocktimeSize..]];
    }

    /// <summary>The upstream's prefix and grant that this coinbase was made for.</summary>
    public UpstreamExtranonce Extranonce { get; }

    /// <summary>nVersion of the coinbase.</summary>
    public uint TxVersion { get; }

    /// <summary>nSequence of the coinbase's input.</summary>
    public uint InputSequence { get; }

    /// <summary>nLockTime of the coinbase.</summary>
    public uint Locktime { get; }

    /// <summary>SetCustomMiningJob.coinbase_prefix: scriptSig up to the extranonce, with the push of its full length.</summary>
    public ReadOnlyMemory<byte> CustomJobPrefix { get; }

    /// <summary>SetCustomMiningJob.coinbase_tx_outputs: CompactSize count, reward outputs, template outputs.</summary>
    public ReadOnlyMemory<byte> CustomJobOutputs { get; }

    /// <summary>
    /// DeclareMiningJob.coinbase_tx_prefix: up to the full extranonce, with marker and flag unless the template commits to no witnesses.
    /// </summary>
    public ReadOnlyMemory<byte> DeclaredPrefix { get; }

    /// <summary>DeclareMiningJob.coinbase_tx_suffix: after the full extranonce, with the witness.</summary>
    public ReadOnlyMemory<byte> DeclaredSuffix { get; }

    /// <summary>As <see cref="DeclaredPrefix"/> without marker and flag: what a pool calls its coinbase_tx_prefix.</summary>
    public ReadOnlyMemory<byte> StrippedPrefix { get; }

    /// <summary>coinbase_tx_suffix for miners: <see cref="DeclaredSuffix"/> without the witness.</summary>
    public ReadOnlyMemory<byte> MinerSuffix { get; }

    /// <summary>Makes the coinbase of a template.</summary>
    /// <param name="template">The template; its outputs come last.</param>
    /// <param name="rewards">The work source's outputs; the first takes the value.</param>
    /// <param name="minerTag">The farm's tag (configuration key jdc_signature), put into the scriptSig as <c>Sv2//tag/</c>.</param>
    /// <param name="extranonce">The work source's prefix and grant.</param>
    /// <param name="witnessReservedValue">BIP 141 witness reserved value, 32 bytes; empty for zeros.</param>
    /// <param name="cut">The coinbase; null on an error.</param>
    /// <returns>What is wrong, or <see cref="CoinbaseError.None"/>.</returns>
    public static CoinbaseError TryCreate(
        NewTemplate template,
        RewardOutputs rewards,
        string minerTag,
        UpstreamExtranonce extranonce,
        ReadOnlyMemory<byte> witnessReservedValue,
        out CoinbaseCut? cut) => TryCreate(template, rewards, TagBytes(string.Empty, minerTag), extranonce, witnessReservedValue, out cut);

    /// <summary>As the other overload, with the whole tag as bytes: <see cref="TagBytes"/>.</summary>
    public static CoinbaseError TryCreate(
        NewTemplate template,
        RewardOutputs rewards,
        ReadOnlyMemory<byte> tag,
        UpstreamExtranonce extranonce,
        ReadOnlyMemory<byte> witnessReservedValue,
        out CoinbaseCut? cut)
    {
        cut = null;
        ReadOnlyMemory<byte> reserved = witnessReservedValue.IsEmpty ? ZeroReservedValue : witnessReservedValue;
        if (reserved.Length != WitnessReservedValueSize)
            return CoinbaseError.BadWitnessReservedValue;
        if (extranonce.Size < 0 || extranonce.FullSize > ExtranonceSizes.MaxFull)
            return CoinbaseError.ExtranonceTooLong;
        if (tag.Length is 0 or > MaxTag)
            return CoinbaseError.TagTooLong;
        int scriptSig = template.CoinbasePrefix.Length + 1 + tag.Length + 1 + extranonce.FullSize;
        if (scriptSig > MaxScriptSig)
            return CoinbaseError.ScriptSigTooLong;
        if (!TxOutList.TryParseItems(template.CoinbaseTxOutputs, template.CoinbaseTxOutputsCount, out ImmutableArray<TxOut> own, out _))
            return CoinbaseError.BadTemplateOutputs;
        if (rewards.Allocate(template.CoinbaseTxValueRemaining) is not { } paid)
            return CoinbaseError.RewardsExceedValue;

        byte[] scriptSigHead = [.. template.CoinbasePrefix.Span, (byte)tag.Length, .. tag.Span, (byte)extranonce.FullSize];
        byte[] outputs = TxOutList.Serialize([.. paid, .. own]);

        // Nodes refuse a block whose coinbase has a witness and commits to none (BIP141).
        bool witness = own.Any(static output => WitnessCommitment.FromScript(output.Script) is not null);
        byte[] declaredPrefix = WriteDeclaredPrefix(template.CoinbaseTxVersion, scriptSig, scriptSigHead, witness);
        byte[] declaredSuffix = WriteDeclaredSuffix(template, outputs, witness ? reserved.Span : default);
        if (declaredPrefix.Length + extranonce.FullSize + declaredSuffix.Length > MaxBytes)
            return CoinbaseError.TooLarge;
        cut = new CoinbaseCut(extranonce, template, scriptSigHead, outputs, declaredPrefix, declaredSuffix, witness);
        return CoinbaseError.None;
    }

    /// <summary>The tag's bytes: <c>Sv2/pool/miner/</c>, UTF-8.</summary>
    public static byte[] TagBytes(string poolTag, string minerTag) => Encoding.UTF8.GetBytes($"Sv2/{poolTag}/{minerTag}/");

    /// <summary>
    /// Zero bytes between the upstream prefix and a downstream extranonce of <paramref name="downstreamSize"/> bytes; negative when
    /// it does not fit.
    /// </summary>
    public int PaddingFor(int downstreamSize) => Extranonce.Size - downstreamSize;

    /// <summary>
    /// coinbase_tx_prefix for miners whose full extranonce has <paramref name="downstreamSize"/> bytes: no marker and
    /// flag, with upstream prefix and padding. The size must not exceed the grant.
    /// </summary>
    public ReadOnlyMemory<byte> MinerPrefix(int downstreamSize)
    {
        byte[]? prefix = _minerPrefixes[downstreamSize];
        if (prefix is not null)
            return prefix;
        prefix = [.. StrippedPrefix.Span, .. Extranonce.Prefix.Span, .. new byte[PaddingFor(downstreamSize)]];
        _minerPrefixes[downstreamSize] = prefix;
        return prefix;
    }

    /// <summary>The coinbase's txid for a downstream's full extranonce (local prefix and rollable part). Allocates nothing.</summary>
    public U256 Txid(ReadOnlySpan<byte> downstreamExtranonce)
    {
        ReadOnlySpan<byte> prefix = MinerPrefix(downstreamExtranonce.Length).Span;
        ReadOnlySpan<byte> suffix = MinerSuffix.Span;
        int length = prefix.Length + downstreamExtranonce.Length + suffix.Length;
        byte[]? rented = length > StackLimit ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> bytes = (rented ?? stackalloc byte[StackLimit])[..length];
        prefix.CopyTo(bytes);
        downstreamExtranonce.CopyTo(bytes[prefix.Length..]);
        suffix.CopyTo(bytes[(prefix.Length + downstreamExtranonce.Length)..]);
        U256 txid = Sha256d.Hash(bytes);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return txid;
    }

    /// <summary>
    /// What goes upstream as a share's extranonce: padding and the downstream's full extranonce, as many bytes as granted.
    /// </summary>
    public byte[] ToUpstream(ReadOnlySpan<byte> downstreamExtranonce)
    {
        var bytes = new byte[Extranonce.Size];
        downstreamExtranonce.CopyTo(bytes.AsSpan(PaddingFor(downstreamExtranonce.Length)));
        return bytes;
    }

    /// <summary>The whole extranonce as it stands in the coinbase: upstream prefix, padding, the downstream's full extranonce.</summary>
    public byte[] ToFull(ReadOnlySpan<byte> downstreamExtranonce) => [.. Extranonce.Prefix.Span, .. ToUpstream(downstreamExtranonce)];

    /// <summary>The serialized coinbase with its witness, if it has one.</summary>
    /// <param name="fullExtranonce">As <see cref="ToFull"/> gives it.</param>
    public byte[] ToTransaction(ReadOnlySpan<byte> fullExtranonce) => [.. DeclaredPrefix.Span, .. fullExtranonce, .. DeclaredSuffix.Span];

    private static byte[] WriteDeclaredPrefix(uint txVersion, int scriptSigLength, byte[] scriptSigHead, bool witness)
    {
        Span<byte> version = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(version, txVersion);
        ReadOnlySpan<byte> markerAndFlag = witness ? [0, 1] : [];
        ReadOnlySpan<byte> nullOutpoint = [.. new byte[32], 0xff, 0xff, 0xff, 0xff];
        const byte InputCount = 1;
        return [.. version, .. markerAndFlag, InputCount, .. nullOutpoint, (byte)scriptSigLength, .. scriptSigHead];
    }

    private static byte[] WriteDeclaredSuffix(NewTemplate template, byte[] outputs, ReadOnlySpan<byte> reservedValue)
    {
        Span<byte> sequence = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(sequence, template.CoinbaseTxInputSequence);
        Span<byte> locktime = stackalloc byte[LocktimeSize];
        BinaryPrimitives.WriteUInt32LittleEndian(locktime, template.CoinbaseTxLocktime);
        ReadOnlySpan<byte> stackHead = reservedValue.IsEmpty ? [] : [1, WitnessReservedValueSize];
        return [.. sequence, .. outputs, .. stackHead, .. reservedValue, .. locktime];
    }
}
