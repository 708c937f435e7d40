using Testbed.Farms;

namespace Testbed.Tests;

public sealed class DaemonJournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("journal").FullName;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task An_entry_tells_whether_a_block_is_whole(bool whole, bool isIncomplete)
    {
        Directory.CreateDirectory(Path.Combine(_directory, "blocks"));
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "blocks", $"{U256.One}.json"),
            $$"""{"hash":"{{U256.One}}","has_full_block":{{(whole ? "true" : "false")}}}""",
            TestContext.Current.CancellationToken);

        Assert.Equal(isIncomplete, new DaemonJournal(_directory).IsIncomplete(U256.One));
    }

    [Fact]
    public void A_block_without_an_entry_is_not_excused() =>
        Assert.False(new DaemonJournal(_directory).IsIncomplete(U256.One));

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
