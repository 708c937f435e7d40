using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;

namespace Sv2.Transport.Tests;

public class ExtensionTests
{
    [Fact(Timeout = 60_000)]
    public async Task Worker_names_go_out_and_come_in_only_after_the_extension_was_agreed_on()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (Sv2Connection client, Sv2Connection server) = await loopback.PairAsync();
        var atServer = new Inbox();
        var atClient = new Inbox();
        Task<ConnectionEnd> serving = server.RunAsync(atServer.HandleAsync, token);
        Task<ConnectionEnd> running = client.RunAsync(atClient.HandleAsync, token);
        Assert.True(UserIdentityField.TryCreate("worker", out Tlv name));
        SubmitSharesExtended share = Messages.Share(1) with { Tlvs = [name, new Tlv(0x4000, 1, default)] };

        Assert.True(client.TrySend(share));
        Assert.Empty(((SubmitSharesExtended)(await atServer.NextAsync()).Message!).Tlvs);

        Assert.Empty(server.NegotiatedExtensions);
        Assert.True(server.TrySend(new RequestExtensionsSuccess(1, [2])));
        await atClient.NextAsync();
        Assert.Equal([(ushort)2], client.NegotiatedExtensions);
        Assert.Equal([(ushort)2], server.NegotiatedExtensions);

        Assert.True(client.TrySend(share));
        var received = (SubmitSharesExtended)(await atServer.NextAsync()).Message!;
        Assert.True(UserIdentityField.TryRead(received.Tlvs, out string? worker));
        Assert.Equal("worker", worker);
        Assert.Single(received.Tlvs);
        client.Close(ConnectionEndReason.Shutdown);
        await Task.WhenAll(running, serving);
    }

    [Fact(Timeout = 60_000)]
    public async Task Worker_names_that_nobody_asked_for_are_dropped_and_the_share_is_kept()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var loopback = new Loopback();
        (RawPeer peer, Sv2Connection server) = await loopback.RawAsync();
        using RawPeer disposing = peer;
        var inbox = new Inbox();
        Task<ConnectionEnd> running = server.RunAsync(inbox.HandleAsync, token);
        Assert.True(UserIdentityField.TryCreate("worker", out Tlv name));

        await peer.SendAsync(peer.Frame(Messages.Share(1) with { Tlvs = [name] }));

        var received = (SubmitSharesExtended)(await inbox.NextAsync()).Message!;
        Assert.Empty(received.Tlvs);
        Assert.Equal(1u, received.SequenceNumber);
        await server.DisposeAsync();
        await running;
    }
}
