using System.Diagnostics.CodeAnalysis;
using Testbed.Consensus;

namespace Testbed.Pools;

/// <summary>A coinbase cut in two around its extranonce, with BIP141 fields, as DeclareMiningJob carries it.</summary>
internal sealed class CoinbaseCut
{
    private readonly byte[] _prefix;
    private readonly byte[] _suffix;

    private CoinbaseCut(byte[] prefix, byte[] suffix, int scriptStart, int extranonceLength, RawTransaction sample)
    {
        (_prefix, _suffix, ExtranonceLength, Sample) = (prefix, suffix, extranonceLength, sample);
        ScriptPrefix = prefix.AsMemory(scriptStart);
    }

    /// <summary>Bytes the cut leaves room for.</summary>
    public int ExtranonceLength { get; }

    /// <summary>The part of the scriptSig before the extranonce.</summary>
    public ReadOnlyMemory<byte> ScriptPrefix { get; }

    /// <summary>The coinbase with an extranonce of zeros.</summary>
    public RawTransaction Sample { get; }

    /// <summary>Reads a cut; the error is one of DeclareMiningJob.Error's codes.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> suffix, [NotNullWhen(true)] out CoinbaseCut? cut,
            [NotNullWhen(false)] out string? error)
    {
        (cut, error) = (null, "invalid-coinbase-tx");
        var cursor = new ByteCursor(prefix.Span);
        cursor.U32();
        if (cursor.Peek(0) == 0)
            cursor.Take(2);
        if (cursor.U8() != 1 || cursor.Failed)
            return false;
        bool nullOutpoint = cursor.Hash() == U256.Zero & cursor.U32() == uint.MaxValue;
        int scriptLength = cursor.U8();
        if (cursor.Failed)
            return false;
        int extranonceLength = scriptLength - (prefix.Length - cursor.Position);
        if (!nullOutpoint || scriptLength > 100 || extranonceLength is < 0 or > 32)
        {
            error = "invalid-coinbase-tx-input";
            return false;
        }

        (byte[] head, byte[] tail) = (prefix.ToArray(), suffix.ToArray());
        if (!RawTransaction.TryParse((byte[])[.. head, .. new byte[extranonceLength], .. tail], out RawTransaction? sample))
            return false;
        (cut, error) = (new CoinbaseCut(head, tail, cursor.Position, extranonceLength, sample), null);
        return true;
    }

    /// <summary>The coinbase with an extranonce; null when that has another length.</summary>
    public RawTransaction? Complete(ReadOnlySpan<byte> extranonce) =>
        extranonce.Length == ExtranonceLength && RawTransaction.TryParse((byte[])[.. _prefix, .. extranonce, .. _suffix],
            out RawTransaction? coinbase)
            ? coinbase
            : null;
}
