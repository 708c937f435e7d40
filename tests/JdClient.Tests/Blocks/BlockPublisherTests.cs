using System.Collections.Concurrent;
using Bitcoin;
using JdClient.Blocks;
using JdClient.Core;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Tests.Blocks;

public sealed class BlockPublisherTests : IBlockAnswers, IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogCapture _capture = new();
    private readonly ConcurrentQueue<(U256 Hash, TargetAnswer Answer, int Attempts)> _recorded = new();

    [Theory]
    [InlineData(AnswerKind.Accepted)]
    [InlineData(AnswerKind.Duplicate)]
    [InlineData(AnswerKind.Rejected)]
    public async Task A_definite_answer_ends_it_and_a_second_publication_changes_nothing(object kind)
    {
        var target = new ScriptedTarget(new TargetAnswer((AnswerKind)kind, "why"));
        using BlockPublisher publisher = Publisher(target);

        publisher.Publish(Block(1));
        Task run = publisher.RunAllAsync();
        await _capture.WaitForAsync(line => line.EventId is 5020 or 5021);
        publisher.Publish(Block(1));
        publisher.Complete(TimeSpan.FromMinutes(1));
        await run;

        Assert.Single(target.Submitted);
        Assert.Equal(((AnswerKind)kind, 1), (_recorded.Single().Answer.Kind, _recorded.Single().Attempts));
    }

    [Theory]
    [InlineData(AnswerKind.Failed)]
    [InlineData(AnswerKind.Inconclusive)]
    [InlineData(AnswerKind.Unsupported)]
    public async Task What_is_not_definite_is_tried_again_after_a_pause_and_told_once(object kind)
    {
        var answer = new TargetAnswer((AnswerKind)kind, "not now");
        var target = new ScriptedTarget(answer, answer, new TargetAnswer(AnswerKind.Duplicate, ""));
        using BlockPublisher publisher = Publisher(target);
        using var asked = new SemaphoreSlim(0);
        target.Asked += () => asked.Release();

        publisher.Publish(Block(1));
        Task run = publisher.RunAllAsync();
        await asked.WaitAsync(TestContext.Current.CancellationToken);
        for (int attempt = 2; attempt <= 3; attempt++)
        {
            // The queue may not be waiting yet; its next pause then begins later than the clock's step.
            while (!await asked.WaitAsync(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken))
                _time.Advance(TimeSpan.FromSeconds(10));
        }

        publisher.Complete(TimeSpan.FromMinutes(1));
        await run;
        Assert.Equal([(answer, 1), (new TargetAnswer(AnswerKind.Duplicate, ""), 3)], _recorded.Select(r => (r.Answer, r.Attempts)));
        Assert.Equal(2, _capture.Lines.Count);
    }

    [Fact]
    public async Task A_provider_that_is_back_ends_the_pause()
    {
        var target = new ScriptedTarget(TargetAnswer.Failed("away"), new TargetAnswer(AnswerKind.Accepted, ""));
        using BlockPublisher publisher = Publisher(target);
        publisher.Publish(Block(1));
        Task run = publisher.RunAllAsync();
        await _capture.WaitForAsync(5022);

        // Until it is seen: the answer may not have been put away yet.
        Task taken = _capture.WaitForAsync(5020);
        while (!taken.IsCompleted)
        {
            publisher.Observe(new CoreReport.ProviderChanged(0, "tp", ProviderState.Connected, "", null));
            await Task.Yield();
        }

        publisher.Complete(TimeSpan.FromMinutes(1));
        await run;
        Assert.Equal(2, target.Submitted.Count);
    }

    [Fact]
    public async Task A_forgotten_block_is_not_tried_again()
    {
        var target = new ScriptedTarget(TargetAnswer.Failed("away"));
        using BlockPublisher publisher = Publisher(target);
        publisher.Publish(Block(1));

        publisher.Forget(Block(1).Hash);
        publisher.Publish(Block(1));
        publisher.Publish(Block(2));
        publisher.Complete(TimeSpan.FromMinutes(1));
        await publisher.RunAllAsync();

        Assert.Equal(Block(2).Hash, Assert.Single(target.Submitted).Hash);
    }

    [Fact]
    public async Task A_target_that_is_away_holds_so_many_blocks_and_the_others_are_told()
    {
        var target = new ScriptedTarget(TargetAnswer.Failed("away"));
        using BlockPublisher publisher = Publisher(target);

        for (int i = 0; i <= TargetQueue.Capacity; i++)
            publisher.Publish(Block((byte)i));
        publisher.Complete(TimeSpan.FromMinutes(1));
        await publisher.RunAllAsync();

        Assert.Equal(TargetQueue.Capacity, target.Submitted.Count);
        Assert.Contains(
            Block(TargetQueue.Capacity).Hash.ToString(),
            Assert.Single(_capture.Lines, line => line.EventId == 5023).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_sends_what_was_never_sent_and_leaves_the_rest()
    {
        var target = new ScriptedTarget(TargetAnswer.Failed("away"));
        using BlockPublisher publisher = Publisher(target);
        publisher.Publish(Block(1));
        Task run = publisher.RunAllAsync();
        await _capture.WaitForAsync(5022);

        publisher.Publish(Block(2));
        publisher.Complete(TimeSpan.FromMinutes(1));
        await run;
        await publisher.Ended;

        Assert.Equal([Block(1).Hash, Block(2).Hash], target.Submitted.Select(block => block.Hash));
    }

    [Fact]
    public void A_block_whose_transactions_are_not_known_is_not_queued_and_serialized_as_nodes_do_otherwise()
    {
        var found = new FoundBlock(
            U256.One, new byte[80], new(1, 2, 3, 4, new byte[] { 9 }), 0, null, DateTimeOffset.UnixEpoch, "me");

        Assert.Null(WholeBlock.Of(found));
        Assert.Equal(
            [.. new byte[80], 0xfd, 0x2d, 0x01, 9, .. Enumerable.Repeat((byte)7, 300)],
            WholeBlock.Of(found with { Transactions = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[] { 7 }, 300)] })!.ToArray());
    }

    public void Dispose() => _capture.Dispose();

    void IBlockAnswers.Record(SubmitSolution solution, string target, TargetAnswer answer) => Assert.Fail("not the publisher's");

    void IBlockAnswers.Record(U256 hash, string target, TargetAnswer answer, int attempts) => _recorded.Enqueue((hash, answer, attempts));

    private static WholeBlock Block(byte seed) => new(U256.From(seed), [new byte[] { seed }]);

    private BlockPublisher Publisher(IBlockTarget target) =>
        new([target], this, _time, new LoggerFactory([_capture]).CreateLogger<BlockPublisher>());
}
