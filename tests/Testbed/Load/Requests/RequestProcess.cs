using System.Diagnostics;
using System.Text.Json;

namespace Testbed.Load.Requests;

/// <summary>
/// The command <c>requests</c> in a process of its own that has what the other processes leave of the machine: in a farm a
/// client of the monitoring interface is another machine.
/// </summary>
internal sealed class RequestProcess : IDisposable
{
    private readonly Process _process;

    private RequestProcess(Process process) => _process = process;

    /// <summary>Starts it.</summary>
    /// <exception cref="InvalidOperationException">It did not start.</exception>
    internal static RequestProcess Start(Uri address)
    {
        // More than the lowest priority there is, from whatever this process has.
        var start = new ProcessStartInfo(
            "nice", ["-n", "39", "dotnet", Path.Combine(AppContext.BaseDirectory, "Testbed.dll"), "requests", $"{address}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new RequestProcess(Process.Start(start) ?? throw new InvalidOperationException("the client of the requests did not start"));
    }

    /// <summary>Ends it, whatever it does.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    /// <summary>Returns when all is answered. One burst at a time.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    internal async Task<RequestAnswers> AskAsync(RequestBurst burst, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(burst).AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        string? line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        return line is null
            ? throw new InvalidOperationException("the client of the requests has ended")
            : JsonSerializer.Deserialize<RequestAnswers>(line)!;
    }
}
