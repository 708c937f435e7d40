using System.Globalization;

namespace JdClient.Downstream;

/// <summary>
/// How many files the operating system lets this process open: a connection is one. The runtime has raised the soft limit to the
/// hard one before our first line runs.
/// </summary>
internal static class FileLimit
{
    private const string ProcessLimits = "/proc/self/limits";

    /// <summary>
    /// Kept free of miners: the runtime's own libraries (about 150), as many monitoring clients as are let in (256), pools, nodes,
    /// block journal, logs. A runtime that cannot open a library it needs ends the process, so miners must never take these.
    /// </summary>
    internal const int Reserve = 512;

    /// <summary>The limit in effect; null where there is none or it cannot be read.</summary>
    internal static int? Read()
    {
        try
        {
            foreach (string line in File.ReadLines(ProcessLimits))
            {
                if (line.StartsWith("Max open files", StringComparison.Ordinal))
                    return Parse(line);
            }
        }
        catch (IOException)
        {
            // Not Linux.
        }
        catch (UnauthorizedAccessException)
        {
            // Hidden from us.
        }

        return null;
    }

    /// <summary>The soft limit of a line of /proc/self/limits: name of three words, soft limit, hard limit, unit.</summary>
    internal static int? Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 3 && int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : null;
    }

    /// <summary>How many miners there is room for: the files less the reserve, and at least a quarter of them.</summary>
    internal static int Room(int files) => Math.Max(files - Reserve, files / 4);
}
