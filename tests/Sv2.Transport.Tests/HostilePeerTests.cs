using System.Net.Sockets;
using Sv2.Protocol;
using Sv2.Protocol.Mining;

namespace Sv2.Transport.Tests;

public class HostilePeerTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_frame_that_arrives_byte_by_byte_is_understood(bool plaintext)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync(plaintext: plaintext);
        using RawPeer disposing = peer;
        var inbox = new Inbox();
        Task<ConnectionEnd> running = server.RunAsync(inbox.HandleAsync, token);

        byte[] wire = peer.Frame(Messages.Share(9));
        foreach (byte value in wire)
            await peer.SendAsync(new[] { value });

        Assert.Equal(Messages.Share(9).Payload(), (await inbox.NextAsync()).Message!.Payload());
        peer.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(ConnectionEndReason.PeerClosed, (await running).Reason);
        Assert.Equal(wire.Length, server.Statistics.BytesReceived);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    [InlineData(70)]
    public async Task A_stream_that_ends_inside_a_frame_is_not_a_clean_end(int length)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        Task<ConnectionEnd> running = server.RunAsync(new Inbox().HandleAsync, token);

        await peer.SendAsync(peer.Frame(Messages.Share(9)).AsMemory(0, length));
        peer.Socket.Shutdown(SocketShutdown.Send);

        Assert.Equal(ConnectionEndReason.TruncatedFrame, (await running).Reason);
        Assert.Equal(0, server.Statistics.MessagesReceived);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_header_that_announces_16_megabytes_ends_the_connection_at_once(bool plaintext)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync(
            Loopback.Options with { Peer = PeerRole.MiningClient }, plaintext);
        using RawPeer disposing = peer;
        Task<ConnectionEnd> running = server.RunAsync(new Inbox().HandleAsync, token);

        byte[] frame = peer.Frame(new FrameHeader(0, true, SubmitSharesExtended.Type, FrameHeader.MaxPayloadLength), []);
        await peer.SendAsync(frame);

        ConnectionEnd end = await running;
        Assert.Equal(ConnectionEndReason.FrameTooLarge, end.Reason);
        Assert.Contains("0x1b", end.Detail, StringComparison.Ordinal);
        Assert.Contains("16777215", end.Detail, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Garbage_after_the_handshake_fails_authentication()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        Task<ConnectionEnd> running = server.RunAsync(new Inbox().HandleAsync, token);

        byte[] garbage = new byte[1000];
        new Random(3).NextBytes(garbage);
        await peer.SendAsync(garbage);

        Assert.Equal(ConnectionEndReason.DecryptionFailed, (await running).Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_replayed_frame_fails_authentication()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        var inbox = new Inbox();
        Task<ConnectionEnd> running = server.RunAsync(inbox.HandleAsync, token);

        byte[] frame = peer.Frame(Messages.Share(1));
        await peer.SendAsync(frame);
        await inbox.NextAsync();
        await peer.SendAsync(frame);

        Assert.Equal(ConnectionEndReason.DecryptionFailed, (await running).Reason);
        Assert.Equal(0, inbox.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_malformed_message_ends_the_connection_and_names_it()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        var inbox = new Inbox();
        Task<ConnectionEnd> running = server.RunAsync(inbox.HandleAsync, token);

        byte[] payload = Messages.Share(1).Payload()[..^1];
        await peer.SendAsync(peer.Frame(new FrameHeader(0, true, SubmitSharesExtended.Type, payload.Length), payload));

        ConnectionEnd end = await running;
        Assert.Equal(ConnectionEndReason.MalformedMessage, end.Reason);
        Assert.Contains(nameof(SubmitSharesExtended), end.Detail, StringComparison.Ordinal);
        Assert.Equal(0, inbox.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_channel_bit_is_accepted_and_counted()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        var inbox = new Inbox();
        Task<ConnectionEnd> running = server.RunAsync(inbox.HandleAsync, token);

        byte[] payload = Messages.Share(1).Payload();
        await peer.SendAsync(peer.Frame(new FrameHeader(0, false, SubmitSharesExtended.Type, payload.Length), payload));
        await peer.SendAsync(peer.Frame(Messages.Share(2)));

        Assert.False((await inbox.NextAsync()).Header.IsChannelMessage);
        Assert.True((await inbox.NextAsync()).Header.IsChannelMessage);
        Assert.Equal(1, server.Statistics.WrongChannelBits);
        await server.DisposeAsync();
        await running;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reset_is_told_from_a_close()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        Task<ConnectionEnd> running = server.RunAsync(new Inbox().HandleAsync, token);

        peer.Socket.LingerState = new LingerOption(true, 0);
        peer.Dispose();

        Assert.Equal(ConnectionEndReason.ConnectionReset, (await running).Reason);
    }
}
