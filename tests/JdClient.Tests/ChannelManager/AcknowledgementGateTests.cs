using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Downstream;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;
using Sv2.Protocol.Mining;
using Sv2.Transport;

namespace JdClient.Tests.ChannelManager;

public sealed class AcknowledgementGateTests
{
    private static readonly SessionId Gone = new(77);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Nothing_is_held_without_a_write()
    {
        AcknowledgementGate gate = Gate();

        Assert.False(gate.TryHold(Gone, Message(1)));
    }

    [Fact]
    public void It_holds_until_the_last_of_two_writes_is_done()
    {
        AcknowledgementGate gate = Gate();
        gate.Close();
        gate.Close();

        Assert.True(gate.TryHold(Gone, Message(1)));
        gate.Open();
        Assert.True(gate.TryHold(Gone, Message(2)));
        gate.Open();

        Assert.False(gate.TryHold(Gone, Message(3)));
    }

    [Fact]
    public void A_disk_that_hangs_holds_nobody_longer_than_five_seconds()
    {
        AcknowledgementGate gate = Gate();
        gate.Close();
        Assert.True(gate.TryHold(Gone, Message(1)));

        _time.Advance(AcknowledgementGate.LongestWait + TimeSpan.FromSeconds(1));

        Assert.False(gate.TryHold(Gone, Message(2)));
        gate.Open();
    }

    [Fact]
    public void A_full_gate_opens()
    {
        AcknowledgementGate gate = Gate();
        gate.Close();
        for (uint i = 0; i < AcknowledgementGate.Capacity; i++)
            Assert.True(gate.TryHold(Gone, Message(i)));

        Assert.False(gate.TryHold(Gone, Message(0)));
    }

    [Fact]
    public async Task What_was_held_goes_out_when_the_block_is_written()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using Sv2Connection miner = await daemon.ConnectAsync();
        var sessions = new SessionTable();
        SessionId session = sessions.Add("peer", miner, new MessageRate(new LimitConfiguration(), 6, _time)).Id;
        var gate = new AcknowledgementGate(sessions, _time);
        gate.Close();
        for (uint i = 0; i < 3; i++)
            Assert.True(gate.TryHold(session, Message(i)));
        Assert.Equal(0, miner.Statistics.OutboxDepth);

        gate.Open();

        Assert.Equal(3, miner.Statistics.OutboxDepth);
    }

    private static SubmitSharesSuccess Message(uint sequence) => new(1, sequence, 1, 1);

    private AcknowledgementGate Gate() => new(new SessionTable(), _time);
}
