using System.Text.Json;

namespace Testbed.Farms;

/// <summary>Reads the block journal of a daemon: all that one in a process of its own tells of a block's transactions.</summary>
internal sealed class DaemonJournal(string dataDirectory)
{
    /// <summary>Whether a block is kept without its transactions; false where nothing of it is kept.</summary>
    internal bool IsIncomplete(U256 block)
    {
        try
        {
            using FileStream file = File.OpenRead(Path.Combine(dataDirectory, "blocks", $"{block}.json"));
            using JsonDocument entry = JsonDocument.Parse(file);
            return !entry.RootElement.GetProperty("has_full_block").GetBoolean();
        }
        catch (IOException)
        {
            return false;
        }
    }
}
