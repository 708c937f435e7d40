using System.Text.Json;
using Bitcoin;
using JdClient.Blocks;
using JdClient.Configuration;
using JdClient.Core;

namespace JdClient.Tests.Blocks;

/// <summary>What the next run does with the blocks of the journal.</summary>
public sealed class JournalRestartTests : IDisposable
{
    private readonly JournalRuns _runs = new();

    [Fact]
    public async Task After_a_crash_a_block_without_outcome_is_submitted_again_as_it_was()
    {
        FoundBlock block = JournalRuns.Block(1);
        await _runs.FindAsync(block);

        await _runs.RunAsync();

        FoundBlock again = Assert.IsType<CoreEvent.UnconfirmedBlock>(Assert.Single(_runs.Posted)).Block;
        Assert.Equal(block.BlockHash, again.BlockHash);
        Assert.Equal(block.Header.ToArray(), again.Header.ToArray());
        Assert.Equal(block.Solution with { CoinbaseTx = default }, again.Solution with { CoinbaseTx = default });
        Assert.Equal(block.Solution.CoinbaseTx.ToArray(), again.Solution.CoinbaseTx.ToArray());
        Assert.Equal(block.FoundAt, again.FoundAt);
    }

    [Fact]
    public async Task After_a_crash_a_whole_block_goes_to_every_target_as_it_was()
    {
        FoundBlock block = JournalRuns.Whole(1);
        await _runs.FindAsync(block);

        await _runs.RunAsync();

        Assert.Equal(WholeBlock.Of(block)!.ToArray(), Assert.Single(_runs.Target.Submitted).ToArray());
    }

    [Fact]
    public async Task A_block_file_that_the_entry_does_not_know_of_yet_is_used()
    {
        FoundBlock block = JournalRuns.Whole(1);
        await _runs.FindAsync(block);
        string entry = _runs.EntryFile(block);
        string text = await File.ReadAllTextAsync(entry, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            entry,
            text.Replace("\"has_full_block\": true", "\"has_full_block\": false", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        await _runs.RunAsync();

        Assert.Single(_runs.Target.Submitted);
    }

    [Fact]
    public async Task A_block_that_became_the_tip_is_not_submitted_again()
    {
        FoundBlock block = JournalRuns.Block(1);
        await _runs.RunAsync(journal =>
        {
            journal.Save(block, static () => { });
            journal.Observe(JournalRuns.Tip(block.BlockHash));
        });
        await _runs.RunAsync();

        Assert.Empty(_runs.Posted);
        JsonElement entry = _runs.Entry(block);
        Assert.Equal("in-chain", entry.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_block_of_days_ago_is_not_submitted_again()
    {
        await _runs.FindAsync(JournalRuns.Block(1));
        _runs.Time.Advance(TimeSpan.FromDays(2));

        await _runs.RunAsync();

        Assert.Empty(_runs.Posted);
    }

    [Fact]
    public async Task The_oldest_concluded_blocks_are_deleted_beyond_the_number_kept_and_open_ones_stay()
    {
        var keep = new BlockJournalConfiguration { KeepEntries = 2 };
        FoundBlock open = JournalRuns.Whole(9);
        await _runs.RunAsync(
            journal =>
            {
                journal.Save(open, static () => { });
                for (byte i = 1; i <= 3; i++)
                {
                    journal.Save(JournalRuns.Whole(i), static () => { });
                    journal.Observe(new CoreReport.TipChanged(0, i, JournalRuns.Whole(i).BlockHash, 0x207fffff, SameTip: false));
                }
            },
            keep);

        Assert.Equal(
            new[] { JournalRuns.Whole(2), JournalRuns.Whole(3), open }.Select(block => block.BlockHash + ".json").Order(),
            Directory.GetFiles(_runs.Blocks, "*.json").Select(Path.GetFileName).Order());
        Assert.False(File.Exists(_runs.BlockFile(JournalRuns.Whole(1))));
    }

    [Fact]
    public async Task A_confirmed_block_is_kept_whole_for_some_days_and_its_entry_longer()
    {
        FoundBlock confirmed = JournalRuns.Whole(1);
        FoundBlock lost = JournalRuns.Whole(2);
        await _runs.RunAsync(journal =>
        {
            journal.Save(lost, static () => { });
            for (ulong tip = 100; tip < 106; tip++)
                journal.Observe(new CoreReport.TipChanged(0, tip, U256.From(tip), 1, SameTip: false));
            journal.Save(confirmed, static () => { });
            journal.Observe(JournalRuns.Tip(confirmed.BlockHash));
        });
        _runs.Time.Advance(TimeSpan.FromDays(6));
        await _runs.RunAsync();
        Assert.True(File.Exists(_runs.BlockFile(confirmed)));

        _runs.Time.Advance(TimeSpan.FromDays(2));
        await _runs.RunAsync();

        Assert.False(File.Exists(_runs.BlockFile(confirmed)));
        Assert.True(File.Exists(_runs.EntryFile(confirmed)));
        Assert.True(File.Exists(_runs.BlockFile(lost)));
    }

    public void Dispose() => _runs.Dispose();
}
