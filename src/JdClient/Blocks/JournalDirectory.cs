using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core;
using JdClient.Files;

namespace JdClient.Blocks;

/// <summary>
/// The journal's files. One with its proper name is always whole and still there after a power cut (<see cref="DurableFile"/>).
/// Throws what the operating system throws.
/// </summary>
/// <param name="path">The directory.</param>
internal sealed class JournalDirectory(string path)
{
    private const string EntryEnding = ".json";
    private const string BlockEnding = ".block";

    internal string Path => path;

    /// <summary>The journal in a daemon's data directory.</summary>
    internal static JournalDirectory Of(string dataDirectory) => new(System.IO.Path.Combine(dataDirectory, "blocks"));

    /// <summary>Makes the directory and removes what an interrupted write left behind.</summary>
    internal void Prepare()
    {
        DurableFile.CreateDirectory(path);
        foreach (string leftover in Directory.EnumerateFiles(path, "*" + DurableFile.TemporaryEnding))
            File.Delete(leftover);
    }

    /// <summary>The files of entries, oldest first.</summary>
    internal ImmutableArray<string> EntryFiles() =>
        [.. Directory.EnumerateFiles(path, "*" + EntryEnding)
            .OrderBy(File.GetLastWriteTimeUtc)
            .ThenBy(file => file, StringComparer.Ordinal)];

    /// <summary>
    /// Writes the entry, then the full block where it is known. The entry first: it is small, enough to submit the block again,
    /// and may still find room on a disk where the block does not.
    /// </summary>
    /// <returns>The entry's file.</returns>
    internal string Write(FoundBlock block, JournalEntry entry)
    {
        DurableFile.CreateDirectory(path);
        if (WholeBlock.Of(block) is not { } whole)
            return WriteEntry(entry);
        WriteEntry(entry with { HasFullBlock = false });
        WriteWhole(entry.Hash + BlockEnding, stream => WriteBlock(stream, whole));
        return WriteEntry(entry);
    }

    /// <summary>Writes an entry in place of the one before.</summary>
    internal string WriteEntry(JournalEntry entry) => WriteWhole(entry.Hash + EntryEnding, stream => stream.Write(entry.ToJson()));

    /// <summary>The whole block of an entry; null where there is none, or its file is not this block's.</summary>
    internal WholeBlock? ReadBlock(U256 hash)
    {
        var file = new FileInfo(System.IO.Path.Combine(path, hash + BlockEnding));
        return file is { Exists: true, Length: <= WholeBlock.MaxLength } ? WholeBlock.Of(hash, File.ReadAllBytes(file.FullName)) : null;
    }

    /// <summary>Whether an entry's whole block is there.</summary>
    internal bool HasBlock(string hash) => File.Exists(System.IO.Path.Combine(path, hash + BlockEnding));

    /// <summary>Deletes the whole block and leaves its entry.</summary>
    internal void DeleteBlock(string hash) => File.Delete(System.IO.Path.Combine(path, hash + BlockEnding));

    /// <summary>Deletes the whole block and its entry.</summary>
    internal void Delete(string hash)
    {
        DeleteBlock(hash);
        File.Delete(System.IO.Path.Combine(path, hash + EntryEnding));
    }

    private static void WriteBlock(Stream stream, WholeBlock block)
    {
        foreach (ReadOnlyMemory<byte> part in block.Parts)
            stream.Write(part.Span);
    }

    private string WriteWhole(string name, Action<Stream> write)
    {
        string target = System.IO.Path.Combine(path, name);
        DurableFile.Write(target, write);
        return target;
    }
}
