using System.Net;
using JdClient.Core;
using JdClient.Monitoring.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace JdClient.Tests.Monitoring;

/// <summary>Which device is whose, and devices that do not behave.</summary>
public sealed class MinerTelemetryTests
{
    private const int Port = 34265;
    private static readonly IPAddress First = IPAddress.Parse("192.168.1.20");
    private static readonly IPAddress Second = IPAddress.Parse("192.168.1.21");

    [Fact]
    public void A_device_is_that_of_the_connection_with_its_user_on_our_port()
    {
        Assert.Equal(
            [(1, "Matched", First), (2, "Matched", Second), (3, "Unmatched", null)],
            Match(
                [Session(1, "a"), Session(2, "b"), Session(3, "c")],
                [Device(First, "a", Port), Device(Second, "b", Port), Device(Second, "c", 3333)]));
    }

    [Fact]
    public void Names_that_are_used_twice_tell_nothing()
    {
        Assert.Equal(
            [(1, "DuplicateWorkerName", null), (2, "DuplicateWorkerName", null), (3, "DuplicateWorkerName", null)],
            Match(
                [Session(1, "a"), Session(2, "a"), Session(3, "b")],
                [Device(First, "a", Port), Device(First, "b", Port), Device(Second, "b", Port)]));
    }

    [Fact]
    public void Connections_without_one_name_have_no_device_and_translators_are_left_out()
    {
        SessionSnapshot translator = Session(3, "a") with { Device = new DeviceInfo("SRI", "Translator Proxy", "", "") };

        Assert.Equal(
            [(1, "Unmatched", null), (2, "Unmatched", null)],
            Match([Session(1), Session(2, "a", "b"), translator], [Device(First, "a", Port)]));
    }

    [Theory]
    [InlineData("192.168.1.0/30", "192.168.1.1", "192.168.1.2", 2)]
    [InlineData("192.168.1.0/24", "192.168.1.1", "192.168.1.254", 254)]
    [InlineData("10.0.0.4/31", "10.0.0.4", "10.0.0.5", 2)]
    [InlineData("10.0.0.4/32", "10.0.0.4", "10.0.0.4", 1)]
    public void A_network_s_own_addresses_are_not_asked(string network, string first, string last, int count)
    {
        IPAddress[] hosts = [.. MinerTelemetrySearch.Hosts(IPNetwork.Parse(network))];

        Assert.Equal((first, last, count), (hosts[0].ToString(), hosts[^1].ToString(), hosts.Length));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_device_that_says_nothing_is_given_up_at_the_deadline()
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        await using var device = new FakeMiningDevice(_ =>
        {
            asked.TrySetResult();
            return Task.FromResult<byte[]?>(null);
        });
        var client = new DeviceClient(device.Port, MinerTelemetrySearch.Deadline, time);

        Task<IReadOnlyList<DevicePool>?> pools = client.AskPoolsAsync(IPAddress.Loopback, TestContext.Current.CancellationToken);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(pools.IsCompleted);
        time.Advance(MinerTelemetrySearch.Deadline);

        Assert.Null(await pools);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_and_a_long_one_is_read()
    {
        byte[] answer = FakeMiningDevice.Antminer("pools", "a", Port);
        byte[] padded = [.. Enumerable.Repeat((byte)' ', DeviceClient.MaxAnswer - answer.Length), .. answer];
        await using var honest = new FakeMiningDevice(_ => Task.FromResult<byte[]?>(padded));
        await using var endless = new FakeMiningDevice(
            _ => Task.FromResult<byte[]?>([.. Enumerable.Repeat((byte)' ', 4 * DeviceClient.MaxAnswer)]));

        Assert.Equal([new DevicePool("a", Port)], await AskAsync(honest));
        Assert.Null(await AskAsync(endless));
    }

    [Fact]
    public async Task Where_nothing_listens_there_is_no_device()
    {
        var device = new FakeMiningDevice(_ => Task.FromResult<byte[]?>(null));
        await device.DisposeAsync();

        Assert.Null(await AskAsync(device));
    }

    private static Task<IReadOnlyList<DevicePool>?> AskAsync(FakeMiningDevice device) =>
        new DeviceClient(device.Port, TimeSpan.FromSeconds(50), TimeProvider.System)
            .AskPoolsAsync(IPAddress.Loopback, TestContext.Current.CancellationToken);

    private static (int Session, string Status, IPAddress? Device)[] Match(SessionSnapshot[] sessions, FoundDevice[] devices) =>
        [.. TelemetryMatch.Match(sessions, devices, Port).Select(match => ((int)match.Session.Value, $"{match.Status}", match.Device))];

    private static FoundDevice Device(IPAddress address, string user, int port) => new(address, [new DevicePool(user, port)]);

    private static SessionSnapshot Session(long id, params string[] users) => new(
        new SessionId(id), $"10.0.0.{id}:1", default, null, 0, [.. users.Select((user, i) => new ChannelSnapshot
        {
            ChannelId = (uint)i,
            IsExtended = true,
            UserIdentity = user,
            HashRate = 0,
            IsCalibrated = false,
            Target = Bitcoin.U256.MaxValue,
            MaxTarget = Bitcoin.U256.MaxValue,
            ExtranoncePrefix = default,
            FullExtranonceSize = 0,
            RollableSize = 0,
            Accepted = 0,
            Rejected = 0,
            RejectedByReason = [],
            WorkSum = 0,
            LastSequenceNumber = 0,
            LastAcceptedAt = null,
            BestDifficulty = 0,
            BatchCount = 0,
            BatchWork = 0,
            BatchSize = 0,
            BlocksFound = 0,
        })]);
}
