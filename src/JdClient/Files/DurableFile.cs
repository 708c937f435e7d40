using System.Runtime.InteropServices;

namespace JdClient.Files;

/// <summary>
/// Files that are whole whenever they have their proper name, and still there after a power cut: each is written beside its
/// place, flushed to the disk and renamed, and the directory is flushed as well. Throws what the operating system throws.
/// </summary>
internal static partial class DurableFile
{
    /// <summary>Ending of a file that is being written; one that is left is of no use.</summary>
    internal const string TemporaryEnding = ".tmp";

    /// <summary>Writes a file in place of the one before. Its directory is there.</summary>
    internal static void Write(string path, Action<Stream> write)
    {
        string temporary = path + TemporaryEnding;
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 65_536))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Makes a directory that lasts, with those above it.</summary>
    internal static void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
            return;
        Directory.CreateDirectory(path);

        // The names of the directories made are entries of their parents.
        for (string? parent = Path.GetDirectoryName(Path.GetFullPath(path)); parent is not null; parent = Path.GetDirectoryName(parent))
            FlushDirectory(parent);
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
