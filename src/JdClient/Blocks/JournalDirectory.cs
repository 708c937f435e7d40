using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core;

namespace JdClient.Blocks;

/// <summary>
/// The journal's files. Each is written beside its place, flushed to the disk and then renamed, so that a file with its
/// proper name is always whole, whatever happens meanwhile. Throws what the operating system throws.
/// </summary>
/// <param name="path">The directory.</param>
internal sealed class JournalDirectory(string path)
{
    private const string EntryEnding = ".json";
    private const string BlockEnding = ".block";
    private const string TemporaryEnding = ".tmp";

    internal string Path => path;

    /// <summary>Makes the directory and removes what an interrupted write left behind.</summary>
    internal void Prepare()
    {
        Directory.CreateDirectory(path);
        foreach (string leftover in Directory.EnumerateFiles(path, "*" + TemporaryEnding))
            File.Delete(leftover);
    }

    /// <summary>The files of entries, oldest first.</summary>
    internal ImmutableArray<string> EntryFiles() =>
        [.. Directory.EnumerateFiles(path, "*" + EntryEnding)
            .OrderBy(File.GetLastWriteTimeUtc)
            .ThenBy(file => file, StringComparer.Ordinal)];

    /// <summary>Writes the full block, where it is known, and then the entry.</summary>
    /// <returns>The entry's file.</returns>
    internal string Write(FoundBlock block, JournalEntry entry)
    {
        // The entry last: where it is, all of it is.
        if (block.Transactions is { } transactions)
            WriteWhole(entry.Hash + BlockEnding, stream => WriteBlock(stream, block, transactions));
        return WriteEntry(entry);
    }

    /// <summary>Writes an entry in place of the one before.</summary>
    internal string WriteEntry(JournalEntry entry) => WriteWhole(entry.Hash + EntryEnding, stream => stream.Write(entry.ToJson()));

    private static void WriteBlock(Stream stream, FoundBlock block, ImmutableArray<ReadOnlyMemory<byte>> transactions)
    {
        Span<byte> count = stackalloc byte[9];
        int countLength = CompactSize.Write(count, (ulong)transactions.Length + 1);
        stream.Write(block.Header.Span);
        stream.Write(count[..countLength]);
        stream.Write(block.Solution.CoinbaseTx.Span);
        foreach (ReadOnlyMemory<byte> transaction in transactions)
            stream.Write(transaction.Span);
    }

    private string WriteWhole(string name, Action<Stream> write)
    {
        string target = System.IO.Path.Combine(path, name);
        string temporary = target + TemporaryEnding;
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 65_536))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, target, overwrite: true);
        return target;
    }
}
