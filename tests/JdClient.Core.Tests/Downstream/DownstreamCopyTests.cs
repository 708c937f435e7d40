using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Downstream;

public sealed class DownstreamCopyTests
{
    private readonly CoreHarness _harness = new(MiningMode.SoloMining);

    public DownstreamCopyTests() => _harness.Provider.Begin();

    [Fact]
    public void A_copy_says_of_each_channel_what_it_has_done()
    {
        FakeMiner miner = _harness.Miner();
        FakeMiner idle = _harness.Miner();
        miner.OpenExtended();
        miner.Mine();

        DownstreamSnapshot snapshot = Copy(limit: 100);

        Assert.Equal(2, snapshot.Sessions.Length);
        SessionSnapshot session = snapshot.Sessions[0];
        Assert.Equal((miner.Session, 1), (session.Id, session.ExtendedChannels));
        Assert.NotNull(session.Device);
        ChannelSnapshot channel = Assert.Single(session.Channels);
        Assert.True(channel.IsExtended);
        Assert.Equal((1ul, 0ul), (channel.Accepted, channel.Rejected));
        Assert.True(channel.BestDifficulty > 0);
        Assert.Equal(session.HashRate, channel.HashRate);
        Assert.Equal(idle.Session, snapshot.Sessions[1].Id);
        Assert.Empty(snapshot.Sessions[1].Channels);
    }

    [Fact]
    public void Refused_shares_are_told_by_their_code()
    {
        FakeMiner miner = _harness.Miner();
        miner.OpenExtended();
        uint channel = Assert.Single(Copy(100).Sessions.Single().Channels).ChannelId;
        miner.Send(new SubmitSharesExtended(channel, 1, 999, 0, 0, 0, new byte[8]));

        ChannelSnapshot copied = Assert.Single(Copy(100).Sessions.Single().Channels);

        Assert.Equal(new KeyValuePair<string, ulong>("invalid-job-id", 1), Assert.Single(copied.RejectedByReason));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Steps_of_any_size_give_the_same_copy(int limit)
    {
        for (int i = 0; i < 4; i++)
        {
            FakeMiner miner = _harness.Miner();
            for (int channel = 0; channel < i; channel++)
                miner.OpenExtended();
        }

        DownstreamSnapshot whole = Copy(limit: 1000);
        DownstreamSnapshot stepped = Copy(limit);

        Assert.Equal([0, 1, 2, 3], stepped.Sessions.Select(session => session.Channels.Length));
        Assert.Equal(
            whole.Sessions.SelectMany(session => session.Channels).Select(channel => (channel.ChannelId, channel.HashRate)),
            stepped.Sessions.SelectMany(session => session.Channels).Select(channel => (channel.ChannelId, channel.HashRate)));
    }

    [Fact]
    public void Miners_that_come_and_go_between_two_steps_do_not_disturb_it()
    {
        FakeMiner first = _harness.Miner();
        first.OpenExtended();
        FakeMiner second = _harness.Miner();
        second.OpenExtended();
        DownstreamCopy copy = _harness.Core.CopyDownstream(_harness.Now);
        Assert.Null(copy.Step(1));
        second.Close();
        _harness.Miner().OpenExtended();

        DownstreamSnapshot? snapshot = copy.Step(10);

        Assert.Equal([first.Session, second.Session], snapshot!.Sessions.Select(session => session.Id));
        Assert.Equal(2, Copy(10).Sessions.Length);
    }

    private DownstreamSnapshot Copy(int limit)
    {
        DownstreamCopy copy = _harness.Core.CopyDownstream(_harness.Now);
        DownstreamSnapshot? snapshot;
        do
            snapshot = copy.Step(limit);
        while (snapshot is null);
        return snapshot;
    }
}
