using System.Text.Json;
using Bitcoin;
using JdClient.Blocks;
using JdClient.Cli;
using JdClient.Core;
using JdClient.Tests.Blocks;
using JdClient.Tests.Configuration;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Tests.Cli;

public sealed class BlocksCommandTests : IDisposable
{
    // Height 840,001 as BIP34 has it, then one output; no witness.
    private const string Coinbase = "01000000" + "01" + "0000000000000000000000000000000000000000000000000000000000000000" + "ffffffff"
        + "04" + "0341d10c" + "ffffffff" + "01" + "0000000000000000" + "0151" + "00000000";

    private readonly string _directory = Directory.CreateTempSubdirectory("jdc").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task The_list_shows_what_is_known_of_each_block()
    {
        JournalEntry entry = Save(Found(1)) with { Source = "solo", Outcome = JournalEntry.InChain };
        Journal().WriteEntry(entry.With(new JournalAnswer("node:8332", "failed", "connection refused", 3, entry.FoundAt)));

        Assert.Equal(ExitCode.Success, await RunAsync("blocks"));

        string text = _output.ToString();
        Assert.Contains($"2026-11-23 12:00:00Z  height 840001  {entry.Hash}  in-chain", text, StringComparison.Ordinal);
        Assert.Contains("for solo, template of provider, found by miner 1", text, StringComparison.Ordinal);
        Assert.Contains("node:8332: failed connection refused, attempt 3", text, StringComparison.Ordinal);
        Assert.Contains("1 blocks in ", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public async Task As_json_it_is_an_array_with_stable_names()
    {
        JournalEntry entry = Save(Found(1));
        Save(Found(2) with { Transactions = null });

        Assert.Equal(ExitCode.Success, await RunAsync("blocks", "--json"));

        using JsonDocument json = JsonDocument.Parse(_output.ToString());
        JsonElement first = json.RootElement.EnumerateArray().Single(block => block.GetProperty("hash").GetString() == entry.Hash);
        Assert.Equal(840_001u, first.GetProperty("height").GetUInt32());
        Assert.True(first.GetProperty("whole").GetBoolean());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("outcome").ValueKind);
        Assert.Equal(0, first.GetProperty("answers").GetArrayLength());
        Assert.Equal(2, json.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Damaged_files_are_named_and_left_alone()
    {
        Save(Found(1));
        string damaged = Path.Combine(_directory, "blocks", "damaged.json");
        await File.WriteAllTextAsync(damaged, "{", TestContext.Current.CancellationToken);
        string unfinished = Path.Combine(_directory, "blocks", "x.json.tmp");
        await File.WriteAllTextAsync(unfinished, "{", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Success, await RunAsync("blocks", "--json"));

        Assert.Contains(damaged, _error.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(damaged) && File.Exists(unfinished));
        Assert.Equal(1, JsonDocument.Parse(_output.ToString()).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Without_a_journal_it_says_so()
    {
        Assert.Equal(ExitCode.NotDone, await RunAsync("blocks"));

        Assert.Contains(Path.Combine(_directory, "blocks") + " does not exist", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_is_submitted_again_by_hand_and_its_answer_decides_the_exit_code()
    {
        FoundBlock block = Found(1);
        Save(block);
        string result = "null";
        await using FakeRpcNode node = await FakeRpcNode.StartAsync(_ => (200, $$"""{"result":{{result}},"error":null}"""));
        string target = $"[[block_submit]]\nurl = \"{node.Url}\"\nuser = \"me\"\npassword = \"secret\"";

        Assert.Equal(ExitCode.Success, await RunWithAsync(target, "blocks", "submit", block.BlockHash.ToString()));
        result = "\"high-hash\"";
        Assert.Equal(ExitCode.NotDone, await RunWithAsync(target, "blocks", "submit", block.BlockHash.ToString().ToUpperInvariant()));

        Assert.Contains(Convert.ToHexStringLower(WholeBlock.Of(block)!.ToArray()), node.Calls[0].Body, StringComparison.Ordinal);
        Assert.Equal(
            [": accepted", ": rejected, high-hash"],
            _output.ToString().Trim().Split('\n').Select(line => line[line.IndexOf(": ", StringComparison.Ordinal)..]));
    }

    [Fact]
    public async Task What_cannot_be_submitted_is_told()
    {
        FoundBlock solutionAlone = Found(1) with { Transactions = null };
        FoundBlock whole = Found(2);
        Save(solutionAlone);
        Save(whole);

        Assert.Equal(ExitCode.UsageError, await RunAsync("blocks", "submit", "../../etc/passwd"));
        Assert.Equal(ExitCode.NotDone, await RunAsync("blocks", "submit", solutionAlone.BlockHash.ToString()));
        Assert.Contains("does not hold this block whole", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotDone, await RunAsync("blocks", "submit", whole.BlockHash.ToString()));
        Assert.Contains("[[block_submit]]", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0341d10c", 840_001)]
    [InlineData("0251ff01", 65_361)]
    [InlineData("52ff0000", 2)]
    [InlineData("00ffffff", null)]
    [InlineData("4cff0000", null)]
    public void The_height_is_the_one_the_coinbase_names(string script, int? height)
    {
        string coinbase = Coinbase.Replace("0341d10c", script, StringComparison.Ordinal);

        Assert.Equal((uint?)height, JournalEntry.Of(Found(1, coinbase), "provider").Height());
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static FoundBlock Found(byte seed, string coinbase = Coinbase)
    {
        byte[] header = new byte[80];
        header.AsSpan().Fill(seed);
        return new FoundBlock(
            Sha256d.Hash(header),
            header,
            new SubmitSolution(7, 0x20000000, 5, 6, Convert.FromHexString(coinbase)),
            ProviderIndex: 0,
            Transactions: [new byte[] { 0xaa }],
            new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero),
            "miner 1 \u001b[31m channel 2");
    }

    private JournalDirectory Journal() => JournalDirectory.Of(_directory);

    private JournalEntry Save(FoundBlock block)
    {
        JournalEntry entry = JournalEntry.Of(block, "provider");
        Journal().Write(block, entry);
        return entry;
    }

    private Task<ExitCode> RunAsync(params string[] args) => RunWithAsync("", args);

    private async Task<ExitCode> RunWithAsync(string tables, params string[] args)
    {
        string file = Path.Combine(_directory, "jdc.toml");
        await File.WriteAllTextAsync(
            file,
            $"data_dir = '{_directory}'\n{ConfigText.Whole}\n{tables}",
            TestContext.Current.CancellationToken);
        return await CommandLine.RunAsync(
            [.. args, "-c", file],
            ConfigText.NoVariables,
            _output,
            _error,
            (_, _, _) => Task.FromResult(ExitCode.Faulted),
            TestContext.Current.CancellationToken);
    }
}
