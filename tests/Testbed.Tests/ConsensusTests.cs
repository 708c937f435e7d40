using Testbed.Consensus;
using Testbed.Nodes;
using Testbed.Tests.Support;

namespace Testbed.Tests;

public sealed class ConsensusTests
{
    [Fact]
    public void The_genesis_header_hashes_to_the_known_hash()
    {
        var header = new BlockHeader(
            1,
            U256.Zero,
            Hex.Hash("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"),
            1231006505,
            0x1d00ffff,
            2083236893);

        Assert.Equal(Hex.Hash("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"), header.Hash());
        Assert.True(header.Hash() <= Work.TargetOfBits(header.Bits));
    }

    [Theory]
    [InlineData(0x1d00ffffu, "00000000ffff0000000000000000000000000000000000000000000000000000")]
    [InlineData(0x207fffffu, "7fffff0000000000000000000000000000000000000000000000000000000000")]
    [InlineData(0x01123456u, "0000000000000000000000000000000000000000000000000000000000000012")]
    [InlineData(0x04923456u, "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(0x23123456u, "0000000000000000000000000000000000000000000000000000000000000000")]
    public void Compact_bits_stand_for_their_target(uint bits, string target) => Assert.Equal(Hex.Hash(target), Work.TargetOfBits(bits));

    [Theory]
    [InlineData(0x1d00ffffu)]
    [InlineData(0x207fffffu)]
    [InlineData(0x1b0404cbu)]
    [InlineData(0x1e00ff00u)]
    public void Targets_go_back_to_their_bits(uint bits) => Assert.Equal(bits, Work.BitsOfTarget(Work.TargetOfBits(bits)));

    [Theory]
    [InlineData(1, "51")]
    [InlineData(16, "60")]
    [InlineData(17, "0111")]
    [InlineData(128, "028000")]
    [InlineData(900_000, "03a0bb0d")]
    public void Heights_are_pushed_as_nodes_demand(int height, string push)
    {
        Assert.Equal(push, Convert.ToHexStringLower(BlockHeight.Push(height)));
        Assert.Equal(height, BlockHeight.Read([.. BlockHeight.Push(height), 0x00]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void The_coinbase_path_climbs_to_the_root_of_all_leaves(int others)
    {
        U256 coinbase = Hex.Hash(new string('c', 64));
        U256[] leaves = [.. Enumerable.Range(0, others).Select(i => new U256((ulong)i, 1, 2, 3))];

        Assert.Equal(MerkleTree.Root([coinbase, .. leaves]), MerkleTree.Climb(coinbase, MerkleTree.CoinbasePath(leaves)));
    }

    [Fact]
    public void Made_up_transactions_are_of_all_kinds_and_survive_their_serialization()
    {
        var chain = new Chain(new ChainOptions { TransactionCount = 300 }, TimeProvider.System);

        var transactions = chain.Assemble(BlockRules.MaxWeight).Transactions;

        Assert.Equal(300, transactions.Length);
        Assert.Contains(transactions, tx => tx.HasWitness);
        Assert.Contains(transactions, tx => !tx.HasWitness && tx.Txid == tx.Wtxid);
        Assert.All(transactions, tx =>
        {
            Assert.True(RawTransaction.TryParse(tx.Bytes, out RawTransaction? again));
            Assert.Equal((tx.Txid, tx.Wtxid, tx.Weight), (again.Txid, again.Wtxid, again.Weight));
            Assert.False(RawTransaction.TryParse(tx.Bytes[..^1], out _));
            Assert.False(RawTransaction.TryParse((byte[])[.. tx.Bytes.Span, 0], out _));
        });
    }

    [Fact]
    public void A_template_stays_within_its_weight()
    {
        var chain = new Chain(new ChainOptions { TransactionCount = 300 }, TimeProvider.System);

        var (_, transactions, value) = chain.Assemble(20_000);

        Assert.InRange(transactions.Sum(tx => tx.Weight), 15_000, 20_000);
        Assert.True(value < chain.Assemble(BlockRules.MaxWeight).CoinbaseValue);
    }

    [Fact]
    public void A_real_block_is_valid_and_every_change_to_it_is_noticed()
    {
        Block block = RealBlock();
        BlockHeader header = block.Header;
        RawTransaction coinbase = block.Transactions[0];
        int height = BlockHeight.Read(coinbase.Inputs[0].ScriptSig.Span)!.Value;
        ulong value = coinbase.Outputs.Aggregate(0UL, (sum, output) => sum + output.Value);
        var context = new BlockContext(header.PrevHash, height, header.Bits, header.Time, header.Time, value);

        Assert.True(block.Transactions.Length > 2_000);
        Assert.Null(BlockRules.Check(block, context));
        Assert.Equal("high-hash", BlockRules.Check(block with { Header = header with { Nonce = header.Nonce + 1 } }, context));
        Assert.Equal("bad-cb-amount", BlockRules.Check(block, context with { MaxCoinbaseValue = value - 1 }));
        Assert.Equal("bad-cb-height", BlockRules.Check(block, context with { Height = height + 1 }));
        Assert.Equal("bad-txnmrklroot", BlockRules.Check(block with { Transactions = block.Transactions.RemoveAt(5) }, context));
        Assert.Equal("bad-witness-merkle-match", BlockRules.Check(block with { Transactions = block.Transactions.RemoveAt(5) }, context,
            true));
        Assert.Equal("inconclusive-not-best-prevblk", BlockRules.Check(block, context with { PrevHash = U256.Zero }));
        Assert.Equal("time-too-old", BlockRules.Check(block, context with { MinTime = header.Time + 1 }));
    }

    private static Block RealBlock()
    {
        string? path = TestSupport.Vectors.TryPath("blocks",
            "mainnet_000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae.raw");
        if (path is null)
            Assert.Skip(TestSupport.Vectors.MissingReason);
        return Block.TryParse(File.ReadAllBytes(path)) ?? throw new InvalidDataException("the block does not parse");
    }
}
