using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Bitcoin;
using Bitcoin.Cryptography;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Monitoring.Metrics;
using JdClient.TemplateReceiver.Sv2Tp;
using JdClient.Tests.Configuration;
using JdClient.Tests.Hosting;
using JdClient.Upstream;
using Microsoft.Extensions.Logging;
using Sv2.Noise;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.TemplateDistribution;
using Sv2.Transport;

namespace JdClient.Tests.TemplateReceiver;

/// <summary>A template provider played by hand, and what a link to it becomes.</summary>
public sealed class Sv2TemplateReceiverTests : IDisposable
{
    private static readonly LinkId Id = new(7);

    private readonly LogCapture _log = new();
    private readonly Inbox _inbox = new();
    private readonly Sv2Listener _listener = Sv2Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly ushort _port;
    private readonly NoiseResponderIdentity _identity;
    private readonly AuthoritySecretKey _key;

    public Sv2TemplateReceiverTests()
    {
        Assert.True(AuthoritySecretKey.TryParse(ConfigText.ExampleSecret, out AuthoritySecretKey? key, out _));
        _key = key;
        _port = (ushort)_listener.LocalEndPoint.Port;
        EntropySource entropy = RandomNumberGenerator.Fill;
        _identity = new NoiseResponderIdentity(key.Bytes, EllSwiftKeyPair.Generate(entropy), 3600);
    }

    [Fact]
    public async Task A_provider_that_sets_up_is_connected_and_its_messages_follow()
    {
        using PeerLink link = Link();
        Task<LinkEnd> run = RunAsync(link, _key.PublicKey);

        await using Sv2Connection provider = await AcceptAsync();
        var setup = new TaskCompletionSource<SetupConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        provider.TrySend(new SetupConnectionSuccess(2, 0));
        provider.TrySend(new RequestTransactionDataError(5, "template-id-not-found"));
        Task<ConnectionEnd> providerRun = provider.RunAsync(
            (inbound, _) =>
            {
                if (inbound.Message is SetupConnection message)
                    setup.TrySetResult(message);
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        SetupConnection sent = await setup.Task;
        await _inbox.WaitForAsync(2);
        provider.Close(ConnectionEndReason.NoLongerNeeded);
        LinkEnd end = await run;
        await providerRun;

        Assert.Equal(
            (SetupProtocol.TemplateDistribution, (ushort)2, (ushort)2, 0u), (sent.Protocol, sent.MinVersion, sent.MaxVersion, sent.Flags));
        Assert.Equal(("127.0.0.1", (ushort)_listener.LocalEndPoint.Port), (sent.EndpointHost, sent.EndpointPort));
        Assert.Equal(new CoreEvent.LinkConnected(Id), _inbox.Events[0]);
        Assert.IsType<RequestTransactionDataError>(Assert.IsType<CoreEvent.LinkMessage>(_inbox.Events[1]).Message);
        Assert.Equal(LinkFailure.ConnectionLost, end.Failure);
    }

    [Fact]
    public async Task A_provider_that_refuses_is_unreachable_and_its_code_is_told()
    {
        LinkEnd end = await PlayAsync(new SetupConnectionError(0, "unsupported-protocol"));

        Assert.Equal(LinkFailure.Unreachable, end.Failure);
        Assert.Contains("unsupported-protocol", end.Detail, StringComparison.Ordinal);
        Assert.Empty(_inbox.Events);
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_the_set_up_breaks_the_protocol()
    {
        Assert.Equal(LinkFailure.ProtocolViolation, (await PlayAsync(new RequestTransactionDataError(5, "x"))).Failure);
        Assert.Equal(LinkFailure.ProtocolViolation, (await PlayAsync(new SetupConnectionSuccess(3, 0))).Failure);
        Assert.Empty(_inbox.Events);
    }

    [Fact]
    public async Task A_provider_with_another_authority_is_not_trusted()
    {
        Assert.True(AuthorityPublicKey.TryParse(ConfigText.OtherPublic, out AuthorityPublicKey? other, out _));
        using PeerLink link = Link();
        Task<LinkEnd> run = RunAsync(link, other);
        using Socket socket = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
        await Sv2Acceptor.HandshakeAsync(
            socket, new ServerSecurity.Encrypted(_identity), Options(), TestContext.Current.CancellationToken);

        Assert.Equal(LinkFailure.Untrusted, (await run).Failure);
    }

    [Fact]
    public async Task Without_a_key_the_certificate_is_not_checked_and_the_log_says_so()
    {
        using PeerLink link = Link();
        Task<LinkEnd> run = RunAsync(link, authority: null);
        await using Sv2Connection provider = await AcceptAsync();
        await _log.WaitForAsync(4007);
        link.Close("enough");

        Assert.Equal(LinkFailure.ClosedByUs, (await run).Failure);
    }

    [Fact]
    public async Task An_attempt_that_was_given_up_does_not_become_a_link()
    {
        using PeerLink link = Link();
        link.Close("enough");
        Task<LinkEnd> run = RunAsync(link, _key.PublicKey);
        await using Sv2Connection provider = await AcceptAsync();

        Assert.Equal(new LinkEnd(LinkFailure.ClosedByUs, "enough"), await run);
        Assert.Empty(_inbox.Events);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_unreachable()
    {
        _listener.Dispose();
        using PeerLink link = Link();

        Assert.Equal(LinkFailure.Unreachable, (await RunAsync(link, _key.PublicKey)).Failure);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _identity.Dispose();
        _log.Dispose();
    }

    private static ConnectionOptions Options() => new() { Peer = PeerRole.TemplateClient };

    private static PeerLink Link() => new(Id, LinkRole.TemplateProvider, 0, redirect: null, "provider");

    private async Task<LinkEnd> PlayAsync(Sv2Message first)
    {
        using PeerLink link = Link();
        Task<LinkEnd> run = RunAsync(link, _key.PublicKey);
        await using Sv2Connection provider = await AcceptAsync();
        provider.TrySend(first);
        await provider.RunAsync((_, _) => ValueTask.CompletedTask, TestContext.Current.CancellationToken);
        return await run;
    }

    private Task<LinkEnd> RunAsync(PeerLink link, AuthorityPublicKey? authority)
    {
        JdcConfiguration configuration = TestDaemon.Solo() with
        {
            TemplateProviders =
            [
                new TemplateProviderConfiguration.Sv2Tp
                {
                    Endpoint = new PeerEndpoint("127.0.0.1", _port),
                    Authority = authority,
                },
            ],
        };
        var receiver = new Sv2TemplateReceiver(
            _inbox, configuration, WriteObserver.None, TimeProvider.System, new LoggerFactory([_log]).CreateLogger<Sv2TemplateReceiver>());
        return receiver.RunAsync(link, TestContext.Current.CancellationToken);
    }

    private async Task<Sv2Connection> AcceptAsync()
    {
        Socket socket = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
        ConnectResult result = await Sv2Acceptor.HandshakeAsync(
            socket, new ServerSecurity.Encrypted(_identity), Options(), TestContext.Current.CancellationToken);
        Assert.True(result.IsConnected, result.Failure?.ToString());
        return result.Connection;
    }

    private sealed class Inbox : IEventSink
    {
        private readonly System.Threading.Channels.Channel<CoreEvent> _posted =
            System.Threading.Channels.Channel.CreateBounded<CoreEvent>(100);

        internal List<CoreEvent> Events { get; } = [];

        public ValueTask PostAsync(CoreEvent coreEvent, CancellationToken cancellationToken)
        {
            Events.Add(coreEvent);
            return _posted.Writer.WriteAsync(coreEvent, cancellationToken);
        }

        internal async Task WaitForAsync(int count)
        {
            for (int i = 0; i < count; i++)
                await _posted.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }
    }
}
