using Microsoft.Extensions.Time.Testing;
using Sv2.Protocol;

namespace Sv2.Transport.Tests;

public class WrittenTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_first_and_last_timed_messages_of_a_write_are_told_with_their_age()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var told = new List<(Sv2Message Message, TimeSpan Age)>();
        using var loopback = new Loopback();
        (Sv2Connection client, Sv2Connection server) = await loopback.PairAsync(
            client: Loopback.Options with { TimeProvider = time, Written = (message, age) => told.Add((message, age)) });
        var inbox = new Inbox();
        Task<ConnectionEnd> serving = server.RunAsync(inbox.HandleAsync, token);

        // Queued before the loops run, so that all go out in one write.
        long cause = time.GetTimestamp();
        Sv2Message timed = Messages.Share(2);
        Assert.True(client.TrySend(Messages.Share(1)));
        Assert.True(client.TrySend(timed, cause));
        time.Advance(TimeSpan.FromMilliseconds(7));
        Assert.True(client.TrySend(Messages.Share(3), time.GetTimestamp()));
        Sv2Message last = Messages.Share(4);
        Assert.True(client.TrySend(last, time.GetTimestamp()));
        time.Advance(TimeSpan.FromMilliseconds(5));
        Task<ConnectionEnd> running = client.RunAsync((_, _) => ValueTask.CompletedTask, token);
        for (int i = 0; i < 4; i++)
            await inbox.NextAsync();
        client.CloseAfterFlush(ConnectionEndReason.NoLongerNeeded, "done");
        await running;
        await serving;

        Assert.Equal([(timed, TimeSpan.FromMilliseconds(12)), (last, TimeSpan.FromMilliseconds(5))], told);
    }
}
