using System.Collections.Immutable;
using Xunit;

namespace Bitcoin.Tests.Transactions;

public sealed class TransactionTests
{
    /// <summary>The first payment ever made, block 170 (legacy).</summary>
    private const string LegacyHex =
        "0100000001c997a5e56e104102fa209c6a852dd90660a20b2d9c352423edce25857fcd3704000000004847304402204e45e16932b8af514961a1d3a1a2"
        + "5fdf3f4f7732e9d624c6c61548ab5fb8cd410220181522ec8eca07de4860a4acdd12909d831cc56cbbac4622082221a8768d1d0901ffffffff0200ca9a"
        + "3b00000000434104ae1a62fe09c5f51b13905f07f06b99a2f7159b2225f374cd378d71302fa28414e7aab37397f554a7df5f142c21c1b7303b8a0626f1"
        + "baded5c72a704f7e6cd84cac00286bee0000000043410411db93e1dcdb8a016b49840f8c53bc1eb68a382e97b1482ecad7b148a6909a5cb2e0eaddfb84"
        + "ccf9744464f82e160bfa9b8b64f9d4c03f999b8643f656b412a3ac00000000";

    private const string LegacyTxid = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16";

    /// <summary>BIP143's signed P2SH-P2WPKH example.</summary>
    private const string SegwitHex =
        "01000000000101db6b1b20aa0fd7b23880be2ecbd4a98130974cf4748fb66092ac4d3ceb1a5477010000001716001479091972186c449eb1ded22b78e4"
        + "0d009bdf0089feffffff02b8b4eb0b000000001976a914a457b684d7f0d539a46a45bbc043f35b59d0d96388ac0008af2f000000001976a914fd270b1e"
        + "e6abcaea97fea7ad0402e8bd8ad6d77c88ac02473044022047ac8e878352d3ebbde1c94ce3a10d057c24175747116f8288e5d794d12d482f0220217f36"
        + "a485cae903c713331d877c1f64677e3622ad4010726870540656fe9dcb012103ad1d8e89212f0b92c74d23bb710c00662ad1470198ac48c43f7d6f93a2"
        + "a2687392040000";

    private const string SegwitTxid = "ef48d9d0f595052e0f8cdcf825f7a5e50b6a388a81f206f3f4846e5ecd7a0c23";

    [Fact]
    public void Legacy_transaction_has_its_known_id_and_serialises_to_the_same_bytes()
    {
        Transaction transaction = Parse(LegacyHex);

        Assert.Equal(LegacyTxid, transaction.ComputeTxid().ToString());
        Assert.Equal(transaction.ComputeTxid(), transaction.ComputeWtxid());
        Assert.False(transaction.HasWitness);
        Assert.Equal(4 * transaction.TotalSize, transaction.Weight);
        Assert.Equal([1_000_000_000UL, 4_000_000_000UL], transaction.Outputs.Select(o => o.Value));
        Assert.Equal(LegacyHex, Convert.ToHexStringLower(transaction.Serialize()));
    }

    [Fact]
    public void Segwit_transaction_has_its_known_id_weight_and_witness()
    {
        Transaction transaction = Parse(SegwitHex);

        Assert.Equal(SegwitTxid, transaction.ComputeTxid().ToString());
        Assert.NotEqual(transaction.ComputeTxid(), transaction.ComputeWtxid());
        Assert.Equal(SegwitHex.Length / 2, transaction.TotalSize);
        Assert.Equal((3 * transaction.BaseSize) + transaction.TotalSize, transaction.Weight);
        Assert.Equal(2 + 1 + 72 + 34, transaction.TotalSize - transaction.BaseSize);
        Assert.Equal(2, Assert.Single(transaction.Inputs).Witness.Length);
        Assert.Equal(1170u, transaction.LockTime);
        Assert.Equal(SegwitHex, Convert.ToHexStringLower(transaction.Serialize()));
        Assert.Equal(transaction.BaseSize, transaction.Serialize(withWitness: false).Length);
    }

    [Theory]
    [InlineData(LegacyHex)]
    [InlineData(SegwitHex)]
    public void Every_truncation_is_refused(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(Transaction.TryParse(bytes.AsMemory(0, length), out Transaction? transaction, out FormatError error));
            Assert.Null(transaction);
            Assert.False(string.IsNullOrEmpty(error.Reason));
            Assert.InRange(error.Position, 0, length);
        }
    }

    [Fact]
    public void Trailing_byte_is_refused()
    {
        FormatError error = Refuse(SegwitHex + "00");
        Assert.Contains("1 bytes follow", error.Reason, StringComparison.Ordinal);
        Assert.Equal(SegwitHex.Length / 2, error.Position);
    }

    [Fact]
    public void Non_minimal_compact_size_is_refused()
    {
        FormatError error = Refuse("01000000" + "fd0100" + LegacyHex[10..]);
        Assert.Contains("not a minimal CompactSize", error.Reason, StringComparison.Ordinal);
        Assert.Equal(4, error.Position);
    }

    [Fact]
    public void Superfluous_witness_is_refused()
    {
        string withoutWitness = Convert.ToHexStringLower(Parse(SegwitHex).Serialize(withWitness: false));
        string superfluous = withoutWitness[..8] + "0001" + withoutWitness[8..^8] + "00" + withoutWitness[^8..];
        Assert.Contains("superfluous witness", Refuse(superfluous).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_flag_is_refused() =>
        Assert.Contains("0x02", Refuse(SegwitHex[..10] + "02" + SegwitHex[12..]).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("01000000" + "0000" + "00000000")]
    [InlineData("01000000" + "0001" + "0000" + "00000000")]
    public void No_inputs_are_refused(string hex) => Assert.Contains("at least one input", Refuse(hex).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_count_that_cannot_follow_is_refused_before_anything_is_allocated_for_it()
    {
        byte[] bytes = Convert.FromHexString("01000000" + "feffffff7f" + new string('0', 200));
        _ = Transaction.TryParse(bytes, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(Transaction.TryParse(bytes, out _, out FormatError error));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
        Assert.Contains("does not fit", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_list_with_count_round_trips()
    {
        byte[] bytes = Convert.FromHexString("02" + "00f2052a01000000" + "0151" + "0000000000000000" + "026a00");
        Assert.True(TxOutList.TryParse(bytes, out ImmutableArray<TxOut> outputs, out _));
        Assert.Equal([new TxOut(5_000_000_000, Script.FromHex("51")), new TxOut(0, Script.FromHex("6a00"))], outputs);
        Assert.Equal(bytes, TxOutList.Serialize(outputs.AsSpan()));

        Assert.True(TxOutList.TryParseItems(bytes.AsMemory(1), 2, out ImmutableArray<TxOut> items, out _));
        Assert.Equal(outputs, items);
        Assert.Equal(bytes[1..], TxOutList.SerializeItems(items.AsSpan()));
        Assert.Equal(bytes.Length - 1, TxOutList.SizeOfItems(items.AsSpan()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0100f2052a0100000001")]
    [InlineData("0100f2052a01000000015100")]
    [InlineData("0200f2052a010000000151")]
    [InlineData("fd010000f2052a010000000151")]
    [InlineData("01000000000000000000ff")]
    public void Malformed_output_list_is_refused(string hex)
    {
        Assert.False(TxOutList.TryParse(Convert.FromHexString(hex), out ImmutableArray<TxOut> outputs, out FormatError error));
        Assert.Empty(outputs);
        Assert.False(string.IsNullOrEmpty(error.Reason));
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(3u)]
    [InlineData(uint.MaxValue)]
    public void Output_items_whose_count_is_a_lie_are_refused(uint count)
    {
        byte[] bytes = TxOutList.SerializeItems([new TxOut(1, Script.FromHex("51")), new TxOut(2, Script.Empty)]);
        Assert.False(TxOutList.TryParseItems(bytes, count, out _, out FormatError error));
        Assert.False(string.IsNullOrEmpty(error.Reason));
    }

    private static Transaction Parse(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.True(Transaction.TryParse(bytes, out Transaction? transaction, out FormatError error), error.ToString());
        return transaction;
    }

    private static FormatError Refuse(string hex)
    {
        Assert.False(Transaction.TryParse(Convert.FromHexString(hex), out Transaction? transaction, out FormatError error));
        Assert.Null(transaction);
        return error;
    }
}
