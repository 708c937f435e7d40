using System.Globalization;

namespace Testbed.Load;

/// <summary>CPU time and resident memory of a process, from /proc.</summary>
internal sealed class ProcessFigures(int processId)
{
    private const double MillisecondsPerTick = 10; // USER_HZ is 100 on Linux.

    /// <summary>User and system time so far, in milliseconds.</summary>
    public double CpuMs()
    {
        string stat = File.ReadAllText($"/proc/{processId}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12],
            CultureInfo.InvariantCulture)) * MillisecondsPerTick;
    }

    /// <summary>Resident memory now, in KiB.</summary>
    public long RssKb()
    {
        string line = File.ReadLines($"/proc/{processId}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
