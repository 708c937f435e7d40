using Bitcoin;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace Sv2.Channels.Tests.Shares;

/// <summary>A found block's messages: every field is that of the header that was mined.</summary>
public sealed class SolutionFieldsTests
{
    private const uint Version = 0x2abc_dee0;
    private const uint NTime = Work.MinNTime + 11;

    [Fact]
    public void Whoever_gets_the_solution_can_put_the_same_header_together()
    {
        JobStore jobs = Work.Jobs(Work.EasyNBits, new UpstreamExtranonce(new byte[] { 0xaa }, 12));
        DownstreamChannel channel = Work.Channel();
        SubmittedShare share = Work.Share(1, nonce: 0x0102_0300) with { Version = Version, NTime = NTime };
        ShareResult result = channel.Validate(share, jobs, Work.Now);
        while (result.Solution is null)
        {
            share = share with { Nonce = share.Nonce + 1 };
            result = channel.Validate(share, jobs, Work.Now);
        }

        SubmitSolution submitted = result.Solution.ToSubmitSolution();
        PushSolution pushed = result.Solution.ToPushSolution();
        Assert.Equal(1UL, submitted.TemplateId);
        Assert.Equal((Version, NTime, share.Nonce), (submitted.Version, submitted.HeaderTimestamp, submitted.HeaderNonce));
        Assert.Equal((Version, NTime, share.Nonce, Work.EasyNBits), (pushed.Version, pushed.NTime, pushed.Nonce, pushed.NBits));
        Assert.Equal(jobs.Tip!.PrevHash, pushed.PrevHash);

        // The declarator has the declared coinbase, the provider its template's path.
        CoinbaseCut coinbase = jobs.Active!.Coinbase;
        Assert.Equal(
            submitted.CoinbaseTx.ToArray(),
            (byte[])[.. coinbase.DeclaredPrefix.Span, .. pushed.Extranonce.Span, .. coinbase.DeclaredSuffix.Span]);
        Assert.True(Transaction.TryParse(submitted.CoinbaseTx, out Transaction? transaction, out _));
        U256 root = Merkle.RootFromPath(transaction.ComputeTxid(), Work.Template().MerklePath.AsSpan());
        Assert.Equal(result.Hash, new BlockHeader(pushed.Version, pushed.PrevHash, root, pushed.NTime, pushed.NBits, pushed.Nonce).Hash());
    }

    [Fact]
    public void A_hash_that_equals_the_network_target_is_a_block_and_one_more_is_not()
    {
        Job job = Work.Jobs(Work.EasyNBits).Active!;
        U256 target = job.Tip!.NetworkTarget;
        Assert.True(Work.Forwardable(job, target).IsBlock);
        Assert.False(Work.Forwardable(job, U256.SaturatingAdd(target, U256.One)).IsBlock);
    }
}
