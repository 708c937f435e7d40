using Sv2.Protocol.Mining;
using Testbed.Consensus;
using Testbed.Miners;

namespace Testbed.Tests;

/// <summary>A device must notice a server that does not keep to the protocol; these are the ways it can fail to.</summary>
public sealed class MinerChannelTests
{
    private const uint RegtestBits = 0x207fffff;

    private static readonly Moment Now = new(1_800_000_000, 1);

    [Fact]
    public void A_job_for_the_present_tip_before_any_prev_hash_is_noticed() =>
        Assert.Contains("before any prev-hash", Extended().Take(Job(1, minNTime: 5), Now), StringComparison.Ordinal);

    [Fact]
    public void A_prev_hash_for_a_job_that_was_never_sent_is_noticed_and_leaves_no_work()
    {
        MinerChannel channel = Extended();
        channel.Take(Job(1), Now);

        Assert.Contains("no future job", channel.TakePrevHash(2, U256.MaxValue, RegtestBits, 5, Now), StringComparison.Ordinal);
        Assert.Null(channel.Active);
    }

    [Fact]
    public void A_job_id_in_use_is_noticed_until_the_tip_changes()
    {
        MinerChannel channel = Extended();
        channel.Take(Job(1), Now);
        channel.TakePrevHash(1, U256.MaxValue, RegtestBits, 5, Now);
        Assert.Null(channel.Take(Job(2, minNTime: 6), Now));

        Assert.Contains("belongs to another", channel.Take(Job(2, minNTime: 7), Now), StringComparison.Ordinal);
        Assert.Null(channel.Take(Job(3), Now));
        Assert.Null(channel.TakePrevHash(3, U256.Zero, RegtestBits, 8, Now));
        Assert.Null(channel.Take(Job(2, minNTime: 9), Now));
    }

    [Theory]
    [InlineData(7, "does not parse")]
    [InlineData(9, "does not parse")]
    [InlineData(8, null)]
    public void A_coinbase_whose_length_does_not_fit_the_channel_is_noticed(int extranonceSize, string? problem)
    {
        MinerChannel channel = Extended();
        channel.ExtranonceSize = extranonceSize;

        string? found = channel.Take(Job(1), Now);

        Assert.Equal(problem is null, found is null);
        if (problem is not null)
            Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_meets_the_harder_of_its_jobs_and_the_channels_target()
    {
        MinerChannel channel = Extended();
        channel.Target = Work.TargetOfHashes(2);
        channel.Take(Job(1), Now);
        channel.TakePrevHash(1, U256.MaxValue, RegtestBits, 5, Now);
        channel.Target = Work.TargetOfHashes(50);

        FoundShare share;
        while (!channel.Hash(10, Now.Unix, out share))
        {
            // Another try with another extranonce.
        }

        Assert.True(share.Hash <= Work.TargetOfHashes(50));
        Assert.Equal(share.Hash, share.Header.Hash());
        Assert.Equal(5u, share.Header.Time);
    }

    private static MinerChannel Extended() => new(ChannelKind.Extended, 1, "rig", new Random(1))
    {
        Id = 2,
        ExtranoncePrefix = [1, 2],
        ExtranonceSize = 8,
        Target = U256.MaxValue,
    };

    private static MinerJob Job(uint id, uint? minNTime = null)
    {
        byte[] prefix = [2, 0, 0, 0, 1, .. new byte[32], 0xff, 0xff, 0xff, 0xff, 12, 1, 100];
        byte[] suffix = [0xff, 0xff, 0xff, 0xff, 1, .. new byte[8], 1, 0x51, 0, 0, 0, 0];
        return new MinerJob(new NewExtendedMiningJob(2, id, minNTime, 0x20000000, false, [], prefix, suffix), [1, 2]);
    }
}
