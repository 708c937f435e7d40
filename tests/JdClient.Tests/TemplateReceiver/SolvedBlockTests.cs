using Bitcoin;
using BitcoinCore.Ipc;
using JdClient.TemplateReceiver.BitcoinCoreIpc;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Tests.TemplateReceiver;

/// <summary>The second way to a node: its template's block with the coinbase and header that were mined.</summary>
public sealed class SolvedBlockTests
{
    private static readonly BlockHeader Template = new(0x20000000, new U256(1, 2, 3, 4), U256.Zero, 1_700_000_000, 0x1d00ffff, 0);

    [Fact]
    public void The_block_is_the_templates_with_the_mined_coinbase_time_version_and_nonce()
    {
        Transaction theirs = Coinbase(1);
        Transaction ours = Coinbase(2);
        Transaction[] others = [Spend(1), Spend(2)];
        byte[] template = new Block(Template, [theirs, .. others]).Serialize();
        var solution = new SubmitSolution(5, 0x20004000, 1_700_000_100, 0xdeadbeef, ours.Serialize());

        byte[]? bytes = TemplateMessages.TrySolvedBlock(template, solution, new TemplateData(Template.ToBytes(), null!, []));

        Assert.True(Block.TryParse(bytes!, out Block? block, out _));
        U256 root = Merkle.RootFromPath(ours.ComputeTxid(), Merkle.PathFromTxids([.. others.Select(static other => other.ComputeTxid())]));
        Assert.Equal(new BlockHeader(0x20004000, Template.PrevHash, root, 1_700_000_100, Template.NBits, 0xdeadbeef), block.Header);
        Assert.Equal(
            [ours.ComputeWtxid(), .. others.Select(static other => other.ComputeWtxid())],
            block.Transactions.Select(static transaction => transaction.ComputeWtxid()));
    }

    [Fact]
    public void Bytes_that_are_no_block_or_no_coinbase_make_none()
    {
        byte[] template = new Block(Template, [Coinbase(1)]).Serialize();
        var solution = new SubmitSolution(5, 1, 2, 3, Coinbase(2).Serialize());
        var data = new TemplateData(Template.ToBytes(), null!, []);
        Assert.NotNull(TemplateMessages.TrySolvedBlock(template, solution, data));
        Assert.Null(TemplateMessages.TrySolvedBlock(template.AsMemory(1), solution, data));
        Assert.Null(TemplateMessages.TrySolvedBlock(template, solution with { CoinbaseTx = new byte[10] }, data));
    }

    private static Transaction Coinbase(byte tag) => new(
        2,
        [new TxIn(OutPoint.Null, new Script(new byte[] { 2, tag, tag }), uint.MaxValue, [new byte[32]])],
        [new TxOut(50, new Script(new byte[] { 0x51 }))],
        0);

    private static Transaction Spend(byte of) => new(
        2, [new TxIn(new OutPoint(new U256(of, 0, 0, 0), 0), Script.Empty, 1, [new byte[] { of }])], [new TxOut(of, Script.Empty)], 0);
}
