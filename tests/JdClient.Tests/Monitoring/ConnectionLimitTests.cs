using System.Net;
using JdClient.Monitoring;
using Microsoft.AspNetCore.Connections;

namespace JdClient.Tests.Monitoring;

public sealed class ConnectionLimitTests
{
    private readonly ConnectionLimit _limit = new(max: 3, maxPerAddress: 2);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task One_machine_holds_its_part_all_others_theirs_and_this_one_gets_in_beside_them()
    {
        (Connection Connection, Task Served)[] served =
        [
            Connect("192.0.2.1"), Connect("192.0.2.1"), Connect("192.0.2.1"), Connect("::ffff:192.0.2.2"), Connect("192.0.2.3"),
            Connect("127.0.0.1"), Connect("::1"), Connect("::ffff:127.0.0.1"),
        ];

        Assert.Equal(
            [false, false, true, false, true, false, false, false], served.Select(one => one.Connection.IsAborted));
        Assert.Equal([true, true, false, true, false, true, true, true], served.Select(one => !one.Served.IsCompleted));
        _over.SetResult();
        await Task.WhenAll(served.Select(one => one.Served));
    }

    [Fact]
    public async Task Who_has_left_has_left_a_place_also_after_a_failure()
    {
        foreach (int _ in Enumerable.Range(0, 5))
        {
            await Assert.ThrowsAsync<IOException>(
                () => _limit.ServeAsync(New("192.0.2.1"), static _ => Task.FromException(new IOException("reset"))));
        }

        Connection last = New("192.0.2.1");
        await _limit.ServeAsync(last, static _ => Task.CompletedTask);
        Assert.False(last.IsAborted);
    }

    private static Connection New(string address) => new() { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 4711) };

    private (Connection Connection, Task Served) Connect(string address)
    {
        Connection connection = New(address);
        return (connection, _limit.ServeAsync(connection, _ => _over.Task));
    }

    private sealed class Connection : DefaultConnectionContext
    {
        internal bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }
}
