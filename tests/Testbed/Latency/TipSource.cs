using System.Diagnostics;
using System.Globalization;
using Testbed.Nodes;

namespace Testbed.Latency;

/// <summary>Makes a node's tip change and says when it did.</summary>
internal interface ITipSource
{
    /// <summary>The new tip and the time of the change, by the clock of this machine.</summary>
    Task<(U256 Hash, DateTimeOffset At)> NextAsync(CancellationToken cancellationToken);
}

/// <summary>The testbed's chain. Made before anything else listens to it, so that the time is taken first.</summary>
internal sealed class ChainTips : ITipSource
{
    private readonly Chain _chain;
    private DateTimeOffset _at;

    public ChainTips(Chain chain, TimeProvider time)
    {
        _chain = chain;
        chain.TipChanged += _ => _at = time.GetUtcNow();
    }

    public Task<(U256 Hash, DateTimeOffset At)> NextAsync(CancellationToken cancellationToken) =>
        Task.FromResult((_chain.MineElsewhere().Hash, _at));
}

/// <summary>A real node, asked for a block. When it connected it stands in its log.</summary>
internal sealed class RealNodeTips(RealNode node) : ITipSource
{
    private const string ToAnybody = "generatetodescriptor 1 'raw(51)'";

    public async Task<(U256 Hash, DateTimeOffset At)> NextAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("sh", ["-c", $"{node.Command} {ToAnybody}"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("sh did not start");
        string said = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        string hash = said.Trim('[', ']', ' ', '\n', '"');
        if (process.ExitCode != 0 || hash.Length != 64)
            throw new InvalidOperationException($"{node.Command} {ToAnybody}: exit code {process.ExitCode}, {said}");
        byte[] bytes = Convert.FromHexString(hash);
        bytes.AsSpan().Reverse();
        return (U256.FromLittleEndian(bytes), await ConnectedAtAsync(hash, cancellationToken));
    }

    private async Task<DateTimeOffset> ConnectedAtAsync(string hash, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(node.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = Math.Max(0, file.Length - 65_536);
        using var reader = new StreamReader(file);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains($"UpdateTip: new best={hash}", StringComparison.Ordinal))
                return DateTimeOffset.Parse(line.AsSpan(0, line.IndexOf(' ')), CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException($"{node.Log} does not say when block {hash} was connected");
    }
}
