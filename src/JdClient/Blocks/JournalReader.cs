using System.Collections.Immutable;
using Bitcoin;

namespace JdClient.Blocks;

/// <summary>Reads a journal beside the daemon that writes it, and changes nothing. Throws what the operating system throws.</summary>
/// <param name="directory">The journal's files.</param>
internal sealed class JournalReader(JournalDirectory directory)
{
    /// <summary>Whether there is a journal.</summary>
    internal bool Exists => Directory.Exists(directory.Path);

    /// <summary>Where it is, or would be.</summary>
    internal string Path => directory.Path;

    /// <summary>All entries, the block found first comes first, and the files that are none with the reason.</summary>
    internal (ImmutableArray<JournalEntry> Entries, ImmutableArray<(string File, string Reason)> Damaged) ReadAll()
    {
        var entries = ImmutableArray.CreateBuilder<JournalEntry>();
        var damaged = ImmutableArray.CreateBuilder<(string File, string Reason)>();
        foreach (string file in directory.EntryFiles())
        {
            try
            {
                if (JournalEntry.TryRead(File.ReadAllBytes(file), out string? error) is { } entry)
                    entries.Add(entry);
                else
                    damaged.Add((file, error ?? ""));
            }
            catch (FileNotFoundException) when (!new FileInfo(file).Exists)
            {
                // Pruned a moment ago.
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                damaged.Add((file, exception.Message));
            }
        }

        return ([.. entries.OrderBy(entry => entry.FoundAt)], damaged.ToImmutable());
    }

    /// <summary>Whether a block is kept whole.</summary>
    internal bool HasWhole(JournalEntry entry) => directory.HasBlock(entry.Hash);

    /// <summary>A whole block; null where it is not kept.</summary>
    internal WholeBlock? ReadWhole(string hash)
    {
        byte[] bytes = Convert.FromHexString(hash);
        bytes.AsSpan().Reverse();
        return directory.ReadBlock(U256.FromLittleEndian(bytes));
    }
}
