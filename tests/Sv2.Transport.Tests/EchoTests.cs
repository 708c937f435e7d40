using Sv2.Protocol;

namespace Sv2.Transport.Tests;

public class EchoTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(9, false)]
    [InlineData(100, false)]
    [InlineData(65_518, false)]
    [InlineData(65_519, false)]
    [InlineData(65_520, false)]
    [InlineData(2 * 65_519, false)]
    [InlineData(3_000_000, false)]
    [InlineData(9, true)]
    [InlineData(3_000_000, true)]
    public async Task A_message_of_any_size_comes_back_as_it_was(int length, bool plaintext)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (Sv2Connection client, Sv2Connection server) = await loopback.PairAsync(plaintext: plaintext);
        var inbox = new Inbox();
        Task<ConnectionEnd> serving = server.RunAsync(
            (inbound, _) =>
            {
                Assert.True(server.TrySend(inbound.Message!));
                return ValueTask.CompletedTask;
            },
            token);
        Task<ConnectionEnd> running = client.RunAsync(inbox.HandleAsync, token);
        Sv2Message sent = Messages.OfLength(length);

        Assert.Equal(!plaintext, client.IsEncrypted);
        Assert.True(client.TrySend(sent));
        InboundMessage back = await inbox.NextAsync();

        Assert.Equal(length, back.Header.PayloadLength);
        Assert.Equal(sent.Payload(), back.Message!.Payload());
        client.Close(ConnectionEndReason.NoLongerNeeded, "done");
        Assert.Equal(new ConnectionEnd(ConnectionEndReason.NoLongerNeeded, "done"), await running);
        Assert.Equal(ConnectionEndReason.PeerClosed, (await serving).Reason);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public async Task Unknown_extensions_and_types_are_handed_out_as_such_and_the_next_message_is_intact(int length, bool plaintext)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (Sv2Connection client, Sv2Connection server) = await loopback.PairAsync(plaintext: plaintext);
        var inbox = new Inbox();
        Task<ConnectionEnd> serving = server.RunAsync(inbox.HandleAsync, token);
        Task<ConnectionEnd> running = client.RunAsync((_, _) => ValueTask.CompletedTask, token);

        Assert.True(client.TrySend(new RawMessage(0x4001, 9, new byte[length])));
        Assert.True(client.TrySend(new RawMessage(0, 0x1e, new byte[length])));
        Assert.True(client.TrySend(Messages.Share(5)));
        InboundMessage extension = await inbox.NextAsync();
        InboundMessage type = await inbox.NextAsync();
        InboundMessage share = await inbox.NextAsync();

        Assert.Equal(new InboundMessage(new FrameHeader(0x4001, false, 9, length), null, DecodeStatus.UnknownExtension), extension);
        Assert.Equal(new InboundMessage(new FrameHeader(0, false, 0x1e, length), null, DecodeStatus.UnknownMessageType), type);
        Assert.Equal(Messages.Share(5).Payload(), share.Message!.Payload());
        await client.DisposeAsync();
        Assert.Equal(ConnectionEndReason.Disposed, (await running).Reason);
        Assert.Equal(ConnectionEndReason.PeerClosed, (await serving).Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_threads_send_at_once_and_every_message_arrives_whole_and_in_the_order_of_its_sender()
    {
        const int Senders = 8;
        const int Each = 500;
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (Sv2Connection client, Sv2Connection server) = await loopback.PairAsync(Loopback.Options with { OutboxCapacity = Senders * Each });
        var inbox = new Inbox(Senders * Each);
        Task<ConnectionEnd> serving = server.RunAsync(inbox.HandleAsync, token);
        Task<ConnectionEnd> running = client.RunAsync((_, _) => ValueTask.CompletedTask, token);

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(
            () =>
            {
                for (uint i = 0; i < Each; i++)
                    Assert.True(client.TrySend(Messages.Share(i) with { ChannelId = (uint)sender }));
            },
            token)));

        uint[] next = new uint[Senders];
        for (int i = 0; i < Senders * Each; i++)
        {
            var share = (Sv2.Protocol.Mining.SubmitSharesExtended)(await inbox.NextAsync()).Message!;
            Assert.Equal(next[share.ChannelId]++, share.SequenceNumber);
        }

        ConnectionStatistics received = server.Statistics;
        Assert.Equal(Senders * Each, received.MessagesReceived);
        Assert.Equal(Senders * Each * (22 + 33 + 16), received.BytesReceived);
        client.Close(ConnectionEndReason.Shutdown);
        await Task.WhenAll(running, serving);
        Assert.Equal(received.BytesReceived, client.Statistics.BytesSent);
        Assert.Equal(0, client.Statistics.OutboxDepth);
    }
}
