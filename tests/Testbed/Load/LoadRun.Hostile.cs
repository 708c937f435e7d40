using Testbed.Miners;
using Testbed.Net;

namespace Testbed.Load;

// A part of the miners is hostile, each in one of three ways.
internal sealed partial class LoadRun
{
    private static readonly TimeSpan HostileBegin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan HostilePause = TimeSpan.FromSeconds(1);

    private async Task<Distribution?> ShareTimesAmongHostileAsync(CancellationToken cancellationToken)
    {
        var count = (int)Math.Max(1, options.Miners * options.HostileShare);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] hostile = [.. Enumerable.Range(0, count).Select(index => BeHostileAsync(index, stop.Token))];
        await Task.Delay(HostileBegin, time, cancellationToken);
        Distribution? times = await ShareTimesAsync(cancellationToken);
        tell($"shares beside {count} hostile miners: {times}");
        await stop.CancelAsync();
        await Task.WhenAll(hostile);
        return times;
    }

    // Who is thrown out comes back.
    private async Task BeHostileAsync(int index, CancellationToken stop)
    {
        var server = new ServerAddress("127.0.0.1", _daemon!.Port, _daemonKeys.AuthorityKey);
        try
        {
            while (true)
            {
                await ((index % 3) switch
                {
                    0 => GuiltyMiners.StopReadingAsync(server, time, stop),
                    1 => GuiltyMiners.SendGarbageAsync(server, index % 2, time, stop),
                    _ => GuiltyMiners.FloodAsync(server, time, stop),
                });
                await Task.Delay(HostilePause, time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }
}
