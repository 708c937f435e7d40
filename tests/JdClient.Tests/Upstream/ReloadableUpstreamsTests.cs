using System.Net;
using System.Net.Sockets;
using Bitcoin;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Tests.Configuration;
using JdClient.Tests.Hosting;
using JdClient.Upstream;
using Sv2.Transport;

namespace JdClient.Tests.Upstream;

public sealed class ReloadableUpstreamsTests
{
    [Fact]
    public async Task What_stays_the_same_keeps_its_id_and_what_is_new_gets_one_that_was_never_used()
    {
        var inbox = new Inbox();
        using var upstreams = new ReloadableUpstreams(Of(Pool(1), Pool(2), Pool(2)), inbox);
        Assert.Equal([0, 1, 2], upstreams.Options.Select(static upstream => upstream.Id));

        await upstreams.ReplaceAsync(Of(Pool(3), Pool(2), Pool(1)), TestContext.Current.CancellationToken);
        await upstreams.ReplaceAsync(Of(Pool(2, "somebody else"), Pool(1)), TestContext.Current.CancellationToken);
        await upstreams.ReplaceAsync(Of(Pool(3)), TestContext.Current.CancellationToken);

        Assert.Equal(
            ["3 1 0", "4 0", "5"],
            inbox.Events.Select(static change => string.Join(' ', change.Upstreams.Select(static upstream => upstream.Id))));
        Assert.True(upstreams.TryGet(4, out UpstreamConfiguration? former));
        Assert.Equal("somebody else", former.UserIdentity);
        Assert.False(upstreams.TryGet(6, out _));
    }

    [Fact]
    public async Task A_key_that_changed_makes_another_upstream()
    {
        using var upstreams = new ReloadableUpstreams(Of(Pool(1)), new Inbox());

        Assert.True(AuthoritySecretKey.TryCreate(Enumerable.Repeat((byte)7, 32).ToArray(), out AuthoritySecretKey? other));
        await upstreams.ReplaceAsync(
            Of(Pool(1) with { JobDeclaratorAuthority = other.PublicKey }), TestContext.Current.CancellationToken);

        Assert.Equal(1, Assert.Single(upstreams.Options).Id);
    }

    [Fact]
    public async Task Former_upstreams_are_remembered_for_a_while()
    {
        using var upstreams = new ReloadableUpstreams(Of(Pool(1)), new Inbox());

        for (ushort port = 2; port < ReloadableUpstreams.MaxFormer + 3; port++)
            await upstreams.ReplaceAsync(Of(Pool(port)), TestContext.Current.CancellationToken);

        Assert.False(upstreams.TryGet(0, out _));
        Assert.True(upstreams.TryGet(2, out _));
    }

    [Fact]
    public async Task A_running_daemon_connects_to_a_new_pool_and_keeps_its_miners()
    {
        using var pool = new TcpListener(IPAddress.Loopback, 0);
        pool.Start();
        await using TestDaemon daemon = await TestDaemon.StartAsync(static solo => solo with
        {
            Mode = MiningMode.CoinbaseOnly,
            Upstreams = [Pool(1)],
        });
        await using Sv2Connection miner = await daemon.ConnectAsync();
        await daemon.Log.WaitForAsync(3000, "unreachable");

        var port = (ushort)((IPEndPoint)pool.LocalEndpoint).Port;
        await daemon.Host.ReplaceUpstreamsAsync(
            daemon.Configuration with { Upstreams = [Pool(port)] }, TestContext.Current.CancellationToken);

        using Socket connection = await pool.AcceptSocketAsync(TestContext.Current.CancellationToken);
        LogCapture.Line line = await daemon.Log.WaitForAsync(3009);
        Assert.Equal($"Upstreams are now 127.0.0.1:{port}; new: 127.0.0.1:{port}; no longer: 127.0.0.1:1", line.Text);
        Assert.Null(miner.End);
    }

    private static JdcConfiguration Of(params UpstreamConfiguration[] upstreams) => TestDaemon.Solo() with { Upstreams = [.. upstreams] };

    // Port 1 on loopback refuses.
    private static UpstreamConfiguration Pool(ushort port, string user = "user")
    {
        Assert.True(AuthoritySecretKey.TryParse(ConfigText.ExampleSecret, out AuthoritySecretKey? key, out _));
        return new UpstreamConfiguration
        {
            Pool = new PeerEndpoint("127.0.0.1", port),
            JobDeclarator = new PeerEndpoint("127.0.0.1", 1),
            PoolAuthority = key.PublicKey,
            JobDeclaratorAuthority = key.PublicKey,
            UserIdentity = user,
        };
    }

    private sealed class Inbox : IEventSink
    {
        public List<CoreEvent.UpstreamsChanged> Events { get; } = [];

        public ValueTask PostAsync(CoreEvent coreEvent, CancellationToken cancellationToken)
        {
            Events.Add(Assert.IsType<CoreEvent.UpstreamsChanged>(coreEvent));
            return ValueTask.CompletedTask;
        }
    }
}
