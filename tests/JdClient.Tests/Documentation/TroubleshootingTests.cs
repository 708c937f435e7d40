using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using TestSupport;

namespace JdClient.Tests.Documentation;

/// <summary>The manual has every message that asks for something, and none that there is not.</summary>
public sealed partial class TroubleshootingTests
{
    /// <summary>Shorter pieces of a message are anywhere.</summary>
    private const int ShortestPiece = 4;

    private static readonly string Manual = File.ReadAllText(Path.Combine(Repository.Path, "docs", "troubleshooting.md"));

    private static readonly ILookup<int, LogLevel> Events = typeof(Program).Assembly.GetTypes()
        .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
        .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
        .OfType<LoggerMessageAttribute>()
        .ToLookup(static message => message.EventId, static message => message.Level);

    [Fact]
    public void Every_warning_and_error_of_the_log_has_a_row()
    {
        HashSet<int> rows = [.. RowEvents()];
        int[] missing =
            [.. Events.Where(levels => levels.Any(NeedsRow)).Select(levels => levels.Key).Where(id => !rows.Contains(id)).Order()];
        Assert.NotEmpty(Events);
        Assert.Equal([], missing);

        // None stands for a level that the caller gives, which may be a warning.
        static bool NeedsRow(LogLevel level) => level >= LogLevel.Warning;
    }

    [Fact]
    public void Every_event_of_the_manual_is_one_of_the_log() =>
        Assert.Equal([], RowEvents().Where(static id => !Events.Contains(id)).ToArray());

    [Fact]
    public void Every_message_of_the_manual_stands_in_the_code()
    {
        string code = Joined().Replace(Code(), "");
        string[] quoted = [.. Rows()
            .SelectMany(static row => Quoted().Matches(EventNumber().IsMatch(row[1]) ? row[2] : row[1]))
            .Select(static match => match.Groups["text"].Value)];
        Assert.NotEmpty(quoted);
        Assert.Equal([], quoted.Where(text => !Variable().Split(text).All(piece => Stands(piece, code))).ToArray());
    }

    // As it is, or as two parts, of which one is put into the other when the message is made.
    private static bool Stands(string piece, string code)
    {
        piece = piece.Trim(' ', ',', ':', ';', '(', ')');
        if (piece.Length < ShortestPiece || code.Contains(piece, StringComparison.Ordinal))
            return true;
        for (int space = piece.IndexOf(' ', StringComparison.Ordinal); space >= 0; space = piece.IndexOf(' ', space + 1))
        {
            string[] parts = [.. new[] { piece[..space], piece[(space + 1)..] }.Select(static part => part.Trim(' ', ',', ':', ';'))];
            if (parts.All(part => part.Length >= ShortestPiece && code.Contains(part, StringComparison.Ordinal)))
                return true;
        }

        return false;
    }

    private static IEnumerable<int> RowEvents() =>
        Rows().Where(static row => EventNumber().IsMatch(row[1]))
            .Select(static row => int.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture));

    // The first cell is in [1].
    private static IEnumerable<string[]> Rows() => Manual.Split('\n')
        .Where(static line => line.StartsWith('|'))
        .Select(static line => line.Split('|', StringSplitOptions.TrimEntries));

    private static string Code() => string.Concat(Directory
        .EnumerateFiles(Path.Combine(Repository.Path, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(File.ReadAllText));

    [GeneratedRegex("^[0-9]{4}$")]
    private static partial Regex EventNumber();

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Quoted();

    /// <summary>What the manual writes for what differs from line to line.</summary>
    [GeneratedRegex(@"…|\b(?:NAME|STATE|HEALTH|REASON|CODE|CAUSE|DECISION|N)\b")]
    private static partial Regex Variable();

    /// <summary>Where a text goes on in the next line of the code.</summary>
    [GeneratedRegex("""
        "\s*\+\s*\$?"
        """)]
    private static partial Regex Joined();
}
