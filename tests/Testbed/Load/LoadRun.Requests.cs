using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Testbed.Load;

// Shares with and without requests to the monitoring interface, in turns, so that whatever else the machine does meanwhile is in both.
internal sealed partial class LoadRun
{
    /// <summary>Connections that requests go over.</summary>
    private const int RequestConnections = 8;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    private async Task<RequestReport> ShareTimesAmongRequestsAsync(ProcessFigures process, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = RequestConnections })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{_daemon!.MonitorPort}"),
            Timeout = RequestTimeout,
        };
        string[] routes = await RoutesAsync(http, cancellationToken);
        var requests = new Requests(http, routes, options.RequestsPerSecond, time);
        List<Distribution> without = [];
        List<Distribution> with = [];
        double[] cpu = [0, 0];
        for (TimeSpan left = options.ShareTime; left > TimeSpan.Zero; left -= Window)
        {
            double before = process.CpuMs();
            if (await ShareTimesOfAWindowAsync(cancellationToken) is { } quiet)
                without.Add(quiet);
            cpu[0] += process.CpuMs() - before;

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task asking = requests.RunAsync(stop.Token);
            before = process.CpuMs();
            if (await ShareTimesOfAWindowAsync(cancellationToken) is { } busy)
                with.Add(busy);
            cpu[1] += process.CpuMs() - before;
            await stop.CancelAsync();
            await asking;
        }

        return new RequestReport
        {
            RequestsPerSecond = options.RequestsPerSecond,
            Routes = routes.Length,
            Requests = requests.Statuses.Values.Sum(),
            Statuses = requests.Statuses.OrderBy(pair => pair.Key).ToDictionary(pair => $"{pair.Key}", pair => pair.Value),
            AnswerMs = Distribution.Of([.. requests.Times]),
            ShareInToOutWithoutMs = Distribution.Typical(without),
            ShareInToOutWithMs = Distribution.Typical(with),
            CpuMsPerSecondWithout = Math.Round(cpu[0] / options.ShareTime.TotalSeconds, 1),
            CpuMsPerSecondWith = Math.Round(cpu[1] / options.ShareTime.TotalSeconds, 1),
        };
    }

    private async Task<Distribution?> ShareTimesOfAWindowAsync(CancellationToken cancellationToken)
    {
        _probe.TakeShareTimes();
        await Task.Delay(Window, time, cancellationToken);
        return Distribution.Of(_probe.TakeShareTimes());
    }

    // Every route that the daemon lists, with clients that there are; but for the stream of events, which does not end.
    private static async Task<string[]> RoutesAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using JsonDocument root = JsonDocument.Parse(await http.GetStringAsync(new Uri("/", UriKind.Relative), cancellationToken));
        using JsonDocument clients = JsonDocument.Parse(
            await http.GetStringAsync(new Uri("/api/v1/clients", UriKind.Relative), cancellationToken));
        string[] ids = [.. clients.RootElement.GetProperty("items").EnumerateArray()
            .Select(client => $"{client.GetProperty("client_id")}")
            .DefaultIfEmpty("0")];
        return [.. root.RootElement.GetProperty("endpoints").EnumerateObject()
            .Select(endpoint => endpoint.Name)
            .Where(path => path != "/api/v1/events")
            .SelectMany(path => path.Contains("{client_id}", StringComparison.Ordinal)
                ? ids.Take(3).Select(id => path.Replace("{client_id}", id, StringComparison.Ordinal))
                : [path])];
    }

    /// <summary>Asks for one route after the other at a steady rate.</summary>
    private sealed class Requests(HttpClient http, string[] routes, int perSecond, TimeProvider time)
    {
        private int _next;

        public ConcurrentDictionary<int, int> Statuses { get; } = new();

        public ConcurrentBag<double> Times { get; } = [];

        public async Task RunAsync(CancellationToken stop)
        {
            using var free = new SemaphoreSlim(RequestConnections);
            using var timer = new PeriodicTimer(Tick, time);
            long begin = time.GetTimestamp();
            var asked = 0;
            try
            {
                while (await timer.WaitForNextTickAsync(stop))
                {
                    for (int due = (int)(time.GetElapsedTime(begin).TotalSeconds * perSecond); asked < due; asked++)
                    {
                        await free.WaitAsync(stop);
                        _ = AskAsync(routes[_next++ % routes.Length], free);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // Enough; what is under way is waited for.
            }

            for (var i = 0; i < RequestConnections; i++)
                await free.WaitAsync(CancellationToken.None);
        }

        private async Task AskAsync(string path, SemaphoreSlim free)
        {
            long begin = time.GetTimestamp();
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(
                    new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
                await answer.Content.CopyToAsync(Stream.Null, CancellationToken.None);
                Count(answer.StatusCode);
                Times.Add(time.GetElapsedTime(begin).TotalMilliseconds);
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
            {
                Count(default);
            }
            finally
            {
                free.Release();
            }
        }

        private void Count(HttpStatusCode status) => Statuses.AddOrUpdate((int)status, 1, static (_, before) => before + 1);
    }
}
