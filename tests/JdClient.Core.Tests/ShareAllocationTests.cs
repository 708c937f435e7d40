using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests;

/// <summary>Design §9: an accepted share costs at most 1 KiB of garbage between the miner's message and the pool's.</summary>
public sealed class ShareAllocationTests
{
    private const int Shares = 2000;

    [Theory]
    [InlineData(1, true)]
    [InlineData(10, true)]
    [InlineData(10, false)]
    public void An_accepted_share_allocates_little(uint batch, bool acknowledged)
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(
            configure: options => Start.WithoutVardiff(options) with { ShareBatchSize = batch, SharesPerMinute = 1e9f }, refill: false);
        if (!acknowledged)
            harness.Provider.Template(2, future: false);

        // Nearly every hash is a share: the messages are made beforehand.
        MinerView channel = miner.Channel;
        uint nTime = channel.PrevHash!.MinNTime;
        var shares = new CoreEvent[2 * Shares];
        for (uint i = 0; i < shares.Length; i++)
        {
            shares[i] = new CoreEvent.MinerMessage(miner.Session, new SubmitSharesExtended(
                channel.Id, i, channel.ActiveJob!.Value, i, nTime, 0x20000000, new byte[channel.Rollable]));
        }

        var effects = new CountingEffects();
        for (int i = 0; i < Shares; i++)
            harness.Core.On(shares[i], harness.Now, effects);
        effects.Accepted = effects.Forwarded = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = Shares; i < shares.Length; i++)
            harness.Core.On(shares[i], harness.Now, effects);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(effects.Accepted, Shares * 9 / 10, Shares);
        Assert.Equal(acknowledged ? effects.Accepted : 0, effects.Forwarded);
        Assert.InRange(allocated / effects.Accepted, 1, 1024);
    }

    private sealed class CountingEffects : IEffects
    {
        public int Accepted { get; set; }

        public int Forwarded { get; set; }

        public void SendToMiner(SessionId session, Sv2Message message)
        {
        }

        public void CloseMiner(SessionId session, MinerCloseCause cause, string reason)
        {
        }

        public void Connect(LinkId link, LinkRole role, int index, PeerEndpoint? redirect)
        {
        }

        public void SendOnLink(LinkId link, Sv2Message message) => Forwarded += message is SubmitSharesExtended ? 1 : 0;

        public void CloseLink(LinkId link, string reason)
        {
        }

        public void SaveBlock(FoundBlock block)
        {
        }

        public void Report(CoreReport report) => Accepted += report is CoreReport.ShareAccepted ? 1 : 0;
    }
}
