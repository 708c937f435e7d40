using System.Net.Sockets;
using System.Text;
using JdClient.Status;

namespace JdClient.Tests.Status;

public sealed class SystemdNotifyTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("jdc").FullName;

    public static TheoryData<string> Names => ["path", "@abstract"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Messages_arrive_one_datagram_each(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sockets of Linux");
        string name = kind == "path" ? Path.Combine(_directory, "notify") : $"@{_directory}";
        using Socket systemd = Listen(name);
        using var notify = new SystemdNotify(new SystemdEnvironment(name, TimeSpan.FromSeconds(30)));

        Assert.True(notify.Ready());
        Assert.True(notify.Status("mining for pool\nwith a line break"));
        Assert.True(notify.Alive());
        Assert.True(notify.Stopping());

        Assert.Equal("READY=1", await ReceiveAsync(systemd));
        Assert.Equal("STATUS=mining for pool with a line break", await ReceiveAsync(systemd));
        Assert.Equal("WATCHDOG=1", await ReceiveAsync(systemd));
        Assert.Equal("STOPPING=1", await ReceiveAsync(systemd));
    }

    [Fact]
    public async Task A_long_status_is_cut_at_a_character()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sockets of Linux");
        string name = Path.Combine(_directory, "notify");
        using Socket systemd = Listen(name);
        using var notify = new SystemdNotify(new SystemdEnvironment(name, null));

        Assert.True(notify.Status("x" + new string('é', 1000)));

        Assert.Equal("STATUS=x" + new string('é', 511), await ReceiveAsync(systemd));
    }

    [Fact]
    public void Nobody_there_is_no_fault()
    {
        using var nobody = new SystemdNotify(new SystemdEnvironment(Path.Combine(_directory, "none"), null));
        using var none = new SystemdNotify(SystemdEnvironment.None);

        Assert.False(nobody.Ready());
        Assert.False(none.Ready());
        Assert.False(none.IsEnabled);
    }

    [Theory]
    [InlineData("/run/systemd/notify", "30000000", "7", "/run/systemd/notify", 30)]
    [InlineData("@/org/systemd/notify", "30000000", null, "@/org/systemd/notify", 30)]
    [InlineData("/run/systemd/notify", "30000000", "8", "/run/systemd/notify", null)]
    [InlineData("/run/systemd/notify", "none", "7", "/run/systemd/notify", null)]
    [InlineData("/run/systemd/notify", null, null, "/run/systemd/notify", null)]
    [InlineData("vsock:2:1234", "30000000", "7", null, null)]
    [InlineData(null, "30000000", "7", null, null)]
    public void The_environment_is_read_as_systemd_means_it(string? socket, string? usec, string? pid, string? name, int? seconds)
    {
        var environment = new Dictionary<string, string>();
        foreach ((string key, string? value) in new[] { ("NOTIFY_SOCKET", socket), ("WATCHDOG_USEC", usec), ("WATCHDOG_PID", pid) })
        {
            if (value is not null)
                environment[key] = value;
        }

        SystemdEnvironment read = SystemdEnvironment.Read(environment, 7);

        Assert.Equal(new SystemdEnvironment(name, seconds is { } s ? TimeSpan.FromSeconds(s) : null), read);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    internal static Socket Listen(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? "\0" + name[1..] : name));
        return socket;
    }

    internal static async Task<string> ReceiveAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        int read = await socket.ReceiveAsync(buffer, SocketFlags.None, deadline.Token);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
