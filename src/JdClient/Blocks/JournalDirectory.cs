using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Bitcoin;
using JdClient.Core;

namespace JdClient.Blocks;

/// <summary>
/// The journal's files. Each is written beside its place, flushed to the disk and then renamed, and the directory is flushed
/// as well, so that a file with its proper name is always whole and still there after a power cut. Throws what the operating
/// system throws.
/// </summary>
/// <param name="path">The directory.</param>
internal sealed partial class JournalDirectory(string path)
{
    private const string EntryEnding = ".json";
    private const string BlockEnding = ".block";
    private const string TemporaryEnding = ".tmp";

    internal string Path => path;

    /// <summary>The journal in a daemon's data directory.</summary>
    internal static JournalDirectory Of(string dataDirectory) => new(System.IO.Path.Combine(dataDirectory, "blocks"));

    /// <summary>Makes the directory and removes what an interrupted write left behind.</summary>
    internal void Prepare()
    {
        Create();
        foreach (string leftover in Directory.EnumerateFiles(path, "*" + TemporaryEnding))
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
        Create();
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
        string temporary = target + TemporaryEnding;
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 65_536))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, target, overwrite: true);
        FlushDirectory(path);
        return target;
    }

    private void Create()
    {
        if (Directory.Exists(path))
            return;
        Directory.CreateDirectory(path);

        // The names of the directories made are entries of their parents.
        for (string? parent = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)); parent is not null;
            parent = System.IO.Path.GetDirectoryName(parent))
        {
            FlushDirectory(parent);
        }
    }

    /// <summary>
    /// Brings a directory's entries to the disk, which a rename alone does not. Best effort: the framework opens no directories,
    /// some file systems flush none, and Windows has no need of it.
    /// </summary>
    private static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Libc.Open(directory, Libc.ReadOnly);
        if (descriptor < 0)
            return;
        _ = Libc.Flush(descriptor);
        _ = Libc.Close(descriptor);
    }

    private static partial class Libc
    {
        internal const int ReadOnly = 0;

        [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "fsync")]
        internal static partial int Flush(int descriptor);

        [LibraryImport("libc", EntryPoint = "close")]
        internal static partial int Close(int descriptor);
    }
}
