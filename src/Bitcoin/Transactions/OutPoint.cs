using System.Globalization;

namespace Bitcoin;

/// <summary>Names an output of an earlier transaction.</summary>
/// <param name="TxId">That transaction's id.</param>
/// <param name="Index">The output's index in it.</param>
public readonly record struct OutPoint(U256 TxId, uint Index)
{
    /// <summary>What a coinbase spends: no transaction, index 0xffffffff.</summary>
    public static OutPoint Null => new(U256.Zero, uint.MaxValue);

    /// <summary>Whether this is <see cref="Null"/>.</summary>
    public bool IsNull => this == Null;

    /// <summary><c>txid:index</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{TxId}:{Index}");
}
