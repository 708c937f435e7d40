using JdClient.Blocks;
using JdClient.Core;

namespace JdClient.Tests.Blocks;

/// <summary>A disk that refuses, and files that are not what they should be.</summary>
public sealed class JournalDamageTests : IDisposable
{
    private readonly JournalRuns _runs = new();

    [Fact]
    public async Task A_disk_that_refuses_is_told_and_nothing_else()
    {
        // A file where the directory should be.
        await File.WriteAllTextAsync(_runs.Directory, "", TestContext.Current.CancellationToken);

        await _runs.FindAsync(JournalRuns.Block(1));

        Assert.Contains(_runs.Capture.Lines, line => line.EventId == 5013);
        Assert.Contains(_runs.Capture.Lines, line => line.EventId == 5011);
        File.Delete(_runs.Directory);
    }

    [Fact]
    public async Task The_solution_is_kept_where_the_whole_block_cannot_be()
    {
        // A directory in the way of the block's file: the disk refuses the large one of the two.
        FoundBlock block = JournalRuns.Block(1) with { Transactions = [new byte[] { 0xaa }] };
        Directory.CreateDirectory(Path.Combine(_runs.Blocks, block.BlockHash + ".block.tmp"));

        await _runs.FindAsync(block);

        Assert.Contains(_runs.Capture.Lines, line => line.EventId == 5011);
        Assert.False(_runs.Entry(block).GetProperty("has_full_block").GetBoolean());
        await _runs.RunAsync();
        Assert.Single(_runs.Posted);
    }

    [Fact]
    public async Task An_interrupted_write_leaves_nothing_that_is_taken_for_a_block()
    {
        Directory.CreateDirectory(_runs.Blocks);
        await File.WriteAllTextAsync(Path.Combine(_runs.Blocks, "00.json.tmp"), "{ \"hash\":", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_runs.Blocks, "00.block.tmp"), "x", TestContext.Current.CancellationToken);

        await _runs.RunAsync();

        Assert.Empty(Directory.GetFiles(_runs.Blocks));
        Assert.Empty(_runs.Posted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"hash\":\"../../x\",\"header\":\"\",\"template_id\":1,\"version\":1,\"header_timestamp\":1,\"header_nonce\":1,"
        + "\"coinbase_tx\":\"\",\"provider\":\"\",\"found_at\":\"2026-11-23T12:00:00Z\",\"found_by\":\"\",\"has_full_block\":false,"
        + "\"outcome\":\"in-chain\"}")]
    [InlineData("{\"hash\":null,\"header\":null,\"template_id\":1,\"version\":1,\"header_timestamp\":1,\"header_nonce\":1,"
        + "\"coinbase_tx\":null,\"provider\":\"\",\"found_at\":\"2026-11-23T12:00:00Z\",\"found_by\":\"\",\"has_full_block\":false}")]
    [InlineData("{\"hash\":\"zz\",\"header\":\"zz\",\"template_id\":1,\"version\":1,\"header_timestamp\":1,\"header_nonce\":1,"
        + "\"coinbase_tx\":\"\",\"provider\":\"\",\"found_at\":\"2026-11-23T12:00:00Z\",\"found_by\":\"\",\"has_full_block\":false}")]
    public async Task A_damaged_entry_is_told_and_left_alone_and_others_are_read(string text)
    {
        await _runs.FindAsync(JournalRuns.Block(1));
        string damaged = Path.Combine(_runs.Blocks, "damaged.json");
        await File.WriteAllTextAsync(damaged, text, TestContext.Current.CancellationToken);

        await _runs.RunAsync();

        Assert.Single(_runs.Posted);
        Assert.Contains(_runs.Capture.Lines, line => line.EventId == 5014 && line.Text.Contains("damaged.json", StringComparison.Ordinal));
        Assert.Equal(text, await File.ReadAllTextAsync(damaged, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_entry_that_cannot_be_opened_keeps_no_other_from_being_read()
    {
        await _runs.FindAsync(JournalRuns.Block(1));
        string dangling = Path.Combine(_runs.Blocks, "00.json");
        File.CreateSymbolicLink(dangling, Path.Combine(_runs.Blocks, "gone"));

        await _runs.RunAsync();

        Assert.Single(_runs.Posted);
        Assert.Contains(_runs.Capture.Lines, line => line.EventId == 5014 && line.Text.Contains("00.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_block_file_that_holds_another_block_goes_nowhere()
    {
        FoundBlock block = JournalRuns.Whole(1);
        await _runs.FindAsync(block);
        await File.WriteAllBytesAsync(
            _runs.BlockFile(block), WholeBlock.Of(JournalRuns.Whole(2))!.ToArray(), TestContext.Current.CancellationToken);

        await _runs.RunAsync();

        Assert.Empty(_runs.Target.Submitted);
        Assert.Single(_runs.Posted);
    }

    public void Dispose() => _runs.Dispose();
}
