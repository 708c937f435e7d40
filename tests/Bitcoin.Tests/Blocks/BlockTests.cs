using System.Collections.Immutable;
using TestSupport;
using Xunit;

namespace Bitcoin.Tests.Blocks;

public sealed class BlockTests
{
    private const string GenesisHex =
        "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a"
        + "9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c0101000000010000000000000000000000000000000000000000000000000000000000000000ffffffff"
        + "4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e6420"
        + "6261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea"
        + "1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";

    [Fact]
    public void Genesis_block_has_its_known_hash_and_merkle_root()
    {
        Block block = Parse(Convert.FromHexString(GenesisHex));

        Assert.Equal("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f", block.Header.Hash().ToString());
        Assert.Equal(block.Header.MerkleRoot, block.ComputeMerkleRoot());
        Assert.True(block.Coinbase.IsCoinbase);
        Assert.Equal(GenesisHex.Length / 2 * 4, block.Weight);
        Assert.Equal(GenesisHex, Convert.ToHexStringLower(block.Serialize()));
        Assert.Null(WitnessCommitment.Find(block.Coinbase));
        Assert.True(WitnessCommitment.IsValid(block));
    }

    [Theory]
    [InlineData("mainnet_000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae.raw", 2500)]
    [InlineData("testnet_000000000000045e0b1660b6445b5e5c5ab63c9a4f956be7e1e69be04fa4497b.raw", null)]
    public void Real_block_is_rebuilt_from_its_raw_bytes(string file, int? transactions)
    {
        Assert.SkipUnless(Vectors.Available, Vectors.MissingReason);
        byte[] raw = File.ReadAllBytes(Vectors.TryPath("blocks", file)!);
        Block block = Parse(raw);

        Assert.Equal(file[8..^4], block.Header.Hash().ToString());
        Assert.Equal(transactions ?? block.Transactions.Length, block.Transactions.Length);
        Assert.Equal(block.Header.MerkleRoot, block.ComputeMerkleRoot());
        Assert.Equal(raw.Length, block.TotalSize);
        Assert.Equal(raw, block.Serialize());
        Assert.InRange(block.Weight, 1, Block.MaxWeight);
        Assert.True(WitnessCommitment.IsValid(block));

        U256[] txids = [.. block.Transactions.Skip(1).Select(t => t.ComputeTxid())];
        U256 coinbaseTxid = block.Coinbase.ComputeTxid();
        Assert.Equal(block.Header.MerkleRoot, Merkle.RootFromPath(coinbaseTxid, Merkle.PathFromTxids(txids)));
        foreach (Transaction transaction in block.Transactions)
        {
            byte[] bytes = transaction.Serialize();
            Assert.Equal(bytes.Length, transaction.TotalSize);
            Assert.Equal(Sha256d.Hash(bytes), transaction.ComputeWtxid());
            Assert.Equal(transaction.HasWitness, transaction.ComputeWtxid() != transaction.ComputeTxid());
            Assert.True(Transaction.TryParse(bytes, out Transaction? again, out _));
            Assert.Equal(transaction.ComputeTxid(), again.ComputeTxid());
        }
    }

    [Fact]
    public void Mainnet_block_commits_to_its_witnesses_and_a_changed_one_does_not()
    {
        Assert.SkipUnless(Vectors.Available, Vectors.MissingReason);
        string path = Vectors.TryPath("blocks", "mainnet_000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae.raw")!;
        Block block = Parse(File.ReadAllBytes(path));
        U256[] wtxids = [.. block.Transactions.Skip(1).Select(t => t.ComputeWtxid())];

        Assert.NotNull(WitnessCommitment.Find(block.Coinbase));
        Assert.Equal(U256.Zero, WitnessCommitment.ReservedValue(block.Coinbase));
        Assert.Equal(WitnessCommitment.Find(block.Coinbase), WitnessCommitment.Compute(wtxids, U256.Zero));
        Assert.NotEqual(WitnessCommitment.Find(block.Coinbase), WitnessCommitment.Compute(wtxids.AsSpan(1), U256.Zero));
        Assert.False(WitnessCommitment.IsValid(new Block(block.Header, block.Transactions.RemoveAt(7))));
    }

    [Fact]
    public void Every_truncation_and_a_trailing_byte_are_refused()
    {
        byte[] bytes = Convert.FromHexString(GenesisHex);
        for (int length = 0; length < bytes.Length; length++)
            Assert.False(Block.TryParse(bytes.AsMemory(0, length), out _, out _));
        Assert.False(Block.TryParse((byte[])[.. bytes, 0], out _, out FormatError error));
        Assert.Contains("1 bytes follow the block", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Block_without_transactions_is_refused()
    {
        byte[] bytes = [.. Convert.FromHexString(GenesisHex).AsSpan(0, 80), 0];
        Assert.False(Block.TryParse(bytes, out _, out FormatError error));
        Assert.Contains("at least a coinbase", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_of_several_commitments_counts()
    {
        var first = new U256(1, 0, 0, 0);
        var last = new U256(2, 0, 0, 0);
        Transaction coinbase = Coinbase([
            new TxOut(0, WitnessCommitment.ToScript(first)),
            new TxOut(0, new Script((byte[])[.. WitnessCommitment.ToScript(last).Span, 0x51])),
            new TxOut(0, Script.FromHex("6a24aa21a9ed00"))]);
        Assert.Equal(last, WitnessCommitment.Find(coinbase));
    }

    [Fact]
    public void Commitment_without_a_reserved_value_is_invalid()
    {
        U256 hash = WitnessCommitment.Compute([], U256.Zero);
        Transaction bare = Coinbase([new TxOut(0, WitnessCommitment.ToScript(hash))]);
        Transaction complete = Coinbase([new TxOut(0, WitnessCommitment.ToScript(hash))], new byte[32]);
        Assert.False(WitnessCommitment.IsValid(new Block(default, [bare])));
        Assert.True(WitnessCommitment.IsValid(new Block(default, [complete])));

        // Only a coinbase and reserved value 0: the constant every empty regtest block carries.
        Assert.Equal("e2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf9", Convert.ToHexStringLower(hash.ToLittleEndian()));
    }

    private static Transaction Coinbase(ImmutableArray<TxOut> outputs, byte[]? witness = null) => new(
        2,
        [new TxIn(OutPoint.Null, Script.FromHex("0101"), uint.MaxValue, witness is null ? [] : [witness])],
        outputs,
        0);

    private static Block Parse(byte[] bytes)
    {
        Assert.True(Block.TryParse(bytes, out Block? block, out FormatError error), error.ToString());
        return block;
    }
}
