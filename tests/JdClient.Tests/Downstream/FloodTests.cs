using JdClient.Downstream;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Mining;
using Sv2.Transport;

namespace JdClient.Tests.Downstream;

/// <summary>A miner that sends faster than it may.</summary>
public sealed class FloodTests
{
    private const int Sent = 500;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task It_is_read_no_faster_than_it_may_send_and_nothing_is_lost()
    {
        await using TestDaemon daemon = await StartAsync(TimeSpan.FromDays(1));
        await using Sv2Connection connection = await daemon.ConnectAsync();
        var answers = new List<uint>();
        Task<ConnectionEnd> run = FloodAsync(connection, answers);

        // Ten seconds' worth and one more, set-up included, come through at once; time stands still, and so does the rest.
        await UntilAsync(() => Count(answers) >= 100, advance: false);
        Assert.Equal(100, Count(answers));
        await UntilAsync(() => Count(answers) == Sent, advance: true);

        Assert.Equal(Enumerable.Range(1, Sent).Select(number => (uint)number), answers);
        Assert.Null(connection.End);
        connection.Close(ConnectionEndReason.NoLongerNeeded);
        await run;
    }

    [Fact]
    public async Task It_is_closed_when_it_goes_on_and_its_reason_is_counted()
    {
        await using TestDaemon daemon = await StartAsync(TimeSpan.FromSeconds(5));
        await using Sv2Connection connection = await daemon.ConnectAsync();
        Task<ConnectionEnd> run = FloodAsync(connection, []);

        await UntilAsync(() => run.IsCompleted, advance: true);

        LogCapture.Line line = await daemon.Log.WaitForAsync(2013);
        Assert.Contains("LimitReached", line.Text, StringComparison.Ordinal);
        Assert.Contains("max_messages_per_second", line.Text, StringComparison.Ordinal);
        Assert.Contains(new EndCount(EndStage.Session, "limit_reached", 1), daemon.Host.EndReasons.Snapshot());
    }

    private Task<TestDaemon> StartAsync(TimeSpan floodTimeout) => TestDaemon.StartAsync(
        configuration => configuration with
        {
            Limits = configuration.Limits with { MessagesPerSecond = 10, FloodTimeout = floodTimeout },
        },
        _time);

    // Shares for a channel that it does not have: each is answered.
    private static async Task<ConnectionEnd> FloodAsync(Sv2Connection connection, List<uint> answers)
    {
        connection.TrySend(new SetupConnection(SetupProtocol.Mining, 2, 2, 0, "127.0.0.1", 1, "vendor", "hardware", "firmware", "device"));
        for (uint number = 1; number <= Sent; number++)
            Assert.True(connection.TrySend(new SubmitSharesStandard(9, number, 1, 1, 1, 1)));
        return await connection.RunAsync(
            (inbound, _) =>
            {
                if (inbound.Message is SubmitSharesError error)
                {
                    lock (answers)
                        answers.Add(error.SequenceNumber);
                }

                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);
    }

    private static int Count(List<uint> answers)
    {
        lock (answers)
            return answers.Count;
    }

    // Fake time runs, real work is waited for.
    private async Task UntilAsync(Func<bool> condition, bool advance)
    {
        while (!condition())
        {
            if (advance)
                _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
