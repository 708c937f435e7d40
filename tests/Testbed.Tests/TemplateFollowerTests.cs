using Testbed.Consensus;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.TemplateProviders;

namespace Testbed.Tests;

public sealed class TemplateFollowerTests
{
    [Fact]
    public async Task A_pools_node_learns_tips_and_transactions_from_a_provider_and_judges_blocks_by_them()
    {
        var chain = new Chain(new ChainOptions(), TimeProvider.System);
        RoleKeys keys = RoleKeys.Generate();
        await using var provider = new TemplateProvider(chain, new TemplateProviderOptions { Keys = keys }, TimeProvider.System);
        await provider.StartAsync(Roles.Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Roles.Cancel);
        var node = new TemplateFollower(new ServerAddress("127.0.0.1", provider.Port, keys.AuthorityKey), TimeProvider.System);
        var heights = System.Threading.Channels.Channel.CreateBounded<int>(10);
        node.TipChanged += tip => heights.Writer.TryWrite(tip.Height);

        Task following = node.RunAsync(_ => { }, stop.Token);
        Assert.Equal(100, await heights.Reader.ReadAsync(Roles.Cancel));
        Tip tip = chain.MineElsewhere();
        Assert.Equal(101, await heights.Reader.ReadAsync(Roles.Cancel));

        Assert.Equal((tip.Hash, tip.Bits), (node.Tip.Hash, node.Tip.Bits));
        RawTransaction known = chain.Assemble(BlockRules.MaxWeight).Transactions[0];
        while (!node.TryGetTransaction(known.Wtxid, out _))
            await Task.Yield();
        uint now = (uint)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = new BlockHeader(0x20000000, tip.Hash, U256.Zero, now, tip.Bits, 0);
        Assert.Equal("bad-cb-missing", node.CheckProposal(new Block(header, [known])));
        Assert.Equal("inconclusive-not-best-prevblk", node.CheckProposal(new Block(header with { PrevHash = U256.Zero }, [known])));
        await stop.CancelAsync();
        await following;
    }
}
