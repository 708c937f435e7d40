using JdClient.ChannelManager;
using JdClient.Core;

namespace JdClient.Tests.ChannelManager;

public sealed class EventInboxTests
{
    private static readonly CoreEvent.WakeUp Ordinary = new();

    [Fact]
    public async Task What_comes_from_a_template_provider_overtakes_shares_but_does_not_starve_them()
    {
        var inbox = new EventInbox(1000, TimeProvider.System);
        for (int i = 0; i < 3; i++)
            await inbox.PostAsync(new CoreEvent.MinerClosed(new SessionId(i), ""), TestContext.Current.CancellationToken);
        for (int i = 0; i < EventInbox.UrgentBurst + 5; i++)
            await inbox.PostAsync(new CoreEvent.LinkConnected(new LinkId(i)), TestContext.Current.CancellationToken);

        List<CoreEvent> taken = TakeAll(inbox);

        Assert.All(taken.Take(EventInbox.UrgentBurst), e => Assert.IsType<CoreEvent.LinkConnected>(e));
        Assert.IsType<CoreEvent.MinerClosed>(taken[EventInbox.UrgentBurst]);
        Assert.Equal([0L, 1, 2], taken.OfType<CoreEvent.MinerClosed>().Select(e => e.Session.Value));
        Assert.Equal(
            Enumerable.Range(0, EventInbox.UrgentBurst + 5).Select(i => (long)i),
            taken.OfType<CoreEvent.LinkConnected>().Select(e => e.Link.Value));
    }

    [Fact]
    public async Task A_full_inbox_makes_the_writer_wait_and_loses_nothing()
    {
        var inbox = new EventInbox(1, TimeProvider.System);
        await inbox.PostAsync(Ordinary, TestContext.Current.CancellationToken);

        Task waiting = inbox.PostAsync(Ordinary, TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.True(inbox.TryTake(out _));
        await waiting;

        Assert.True(inbox.TryTake(out _));
        Assert.False(inbox.TryTake(out _));
    }

    [Fact]
    public async Task A_waiting_writer_gives_up_when_its_connection_ends()
    {
        var inbox = new EventInbox(1, TimeProvider.System);
        await inbox.PostAsync(Ordinary, TestContext.Current.CancellationToken);
        using var ended = new CancellationTokenSource();

        Task waiting = inbox.PostAsync(Ordinary, ended.Token).AsTask();
        await ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, inbox.Count);
    }

    [Fact]
    public async Task The_reader_is_woken_by_an_event_and_by_a_timer()
    {
        var inbox = new EventInbox(10, TimeProvider.System);
        Task waiting = Task.Run(inbox.Wait, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        await inbox.PostAsync(Ordinary, TestContext.Current.CancellationToken);
        await waiting;

        waiting = Task.Run(inbox.Wait, TestContext.Current.CancellationToken);
        inbox.Wake();
        await waiting;
    }

    [Fact]
    public async Task A_closed_inbox_gives_what_is_in_it_holds_its_writers_and_then_drops_what_they_bring()
    {
        var inbox = new EventInbox(1, TimeProvider.System);
        await inbox.PostAsync(Ordinary, TestContext.Current.CancellationToken);
        Task full = inbox.PostAsync(Ordinary, TestContext.Current.CancellationToken).AsTask();

        inbox.Close();
        Task late = inbox.PostAsync(Ordinary, TestContext.Current.CancellationToken).AsTask();
        Assert.False(inbox.IsDrained);
        Assert.Single(TakeAll(inbox));

        Assert.True(inbox.IsDrained);
        inbox.Wait();
        Assert.False(full.IsCompleted || late.IsCompleted);
        inbox.Discard();
        await Task.WhenAll(full, late);
        Assert.Empty(TakeAll(inbox));
    }

    [Fact]
    public async Task A_writer_held_by_a_closed_inbox_is_freed_by_its_token()
    {
        var inbox = new EventInbox(1, TimeProvider.System);
        inbox.Close();
        using var ended = new CancellationTokenSource();
        Task waiting = inbox.PostAsync(Ordinary, ended.Token).AsTask();

        await ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static List<CoreEvent> TakeAll(EventInbox inbox)
    {
        List<CoreEvent> taken = [];
        while (inbox.TryTake(out CoreEvent? coreEvent))
            taken.Add(coreEvent);
        return taken;
    }
}
