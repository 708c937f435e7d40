using System.CommandLine;
using JdClient.Blocks;
using JdClient.Configuration;

namespace JdClient.Cli;

/// <summary><c>blocks</c>: what has been found and what became of it; <c>blocks submit</c>: one of them once more.</summary>
internal static class BlocksCommand
{
    /// <param name="load">Reads the configuration; null after it has complained.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where complaints go.</param>
    internal static Command Create(
        Func<ParseResult, Task<JdcConfiguration?>> load, TextWriter output, TextWriter error)
    {
        var json = new Option<bool>("--json") { Description = "Print a JSON array." };
        var command = new Command("blocks", "List the blocks found, and what those they were handed to said.") { json };
        command.SetAction(async (parsed, _) =>
        {
            if (await load(parsed) is not { } configuration)
                return (int)ExitCode.ConfigurationError;
            return (int)await WithJournalAsync(configuration, error, async journal =>
            {
                (var entries, var damaged) = journal.ReadAll();
                foreach ((string file, string reason) in damaged)
                    await error.WriteLineAsync($"{file} is not readable and is left alone: {reason}");
                if (parsed.GetValue(json))
                    await output.WriteLineAsync(BlockListing.ToJson(entries, journal));
                else
                    await BlockListing.WriteAsync(entries, journal, output);
                return ExitCode.Success;
            });
        });
        command.Subcommands.Add(CreateSubmit(load, output, error));
        return command;
    }

    private static Command CreateSubmit(
        Func<ParseResult, Task<JdcConfiguration?>> load, TextWriter output, TextWriter error)
    {
        var hash = new Argument<string>("HASH") { Description = "The block's hash, as the list shows it." };
        var command = new Command("submit", "Send a block once more to every node that takes whole blocks.") { hash };
        command.SetAction(async (parsed, token) =>
        {
            string text = parsed.GetValue(hash)!.ToLowerInvariant();
            if (!JournalEntry.IsHash(text))
            {
                await error.WriteLineAsync("HASH has 64 hexadecimal digits.");
                return (int)ExitCode.UsageError;
            }

            if (await load(parsed) is not { } configuration)
                return (int)ExitCode.ConfigurationError;
            return (int)await WithJournalAsync(configuration, error, async journal =>
            {
                if (journal.ReadWhole(text) is { } block)
                    return await ManualSubmission.RunAsync(configuration, block, output, error, token);
                await error.WriteLineAsync(
                    $"{journal.Path} does not hold this block whole: it is not there, its transactions never became known, or it was "
                    + "deleted after the chain had it.");
                return ExitCode.NotDone;
            });
        });
        return command;
    }

    private static async Task<ExitCode> WithJournalAsync(
        JdcConfiguration configuration, TextWriter error, Func<JournalReader, Task<ExitCode>> read)
    {
        var journal = new JournalReader(JournalDirectory.Of(configuration.DataDirectory!));
        if (!journal.Exists)
        {
            await error.WriteLineAsync(
                $"{journal.Path} does not exist: no daemon has run with this data_dir. "
                + "Where a systemd unit gives it by StateDirectory=, write it into the file as data_dir.");
            return ExitCode.NotDone;
        }

        try
        {
            return await read(journal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"{journal.Path} cannot be read: {exception.Message}");
            return ExitCode.NotDone;
        }
    }
}
