using System.Collections.Immutable;
using System.Text.Json;
using Testbed.Load.Requests;

namespace Testbed.Load;

// Shares with and without requests to the monitoring interface, in turns, so that whatever else the machine does meanwhile is in both.
internal sealed partial class LoadRun
{
    /// <summary>Windows with requests that follow one without.</summary>
    private const int AskedWindows = 3;

    private async Task<ImmutableArray<RequestReport>> ShareTimesAmongRequestsAsync(
        ProcessFigures process, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{_daemon!.MonitorPort}");
        string[] all = await RoutesAsync(address, cancellationToken);
        using RequestProcess client = RequestProcess.Start(address);

        // Its first answers cost its compilation.
        await client.AskAsync(new RequestBurst { PerSecond = options.RequestsPerSecond, Seconds = 3, Paths = all }, cancellationToken);
        IEnumerable<(string Name, string[] Paths)> routes = options.EachRoute ? all.Select(path => (path, new[] { path })) : [("all", all)];
        var reports = ImmutableArray.CreateBuilder<RequestReport>();
        foreach ((string name, string[] paths) in routes)
        {
            reports.Add(await ShareTimesAmongRequestsAsync(name, paths, client, process, cancellationToken));
            tell(reports[^1].ToString());
        }

        return reports.ToImmutable();
    }

    private async Task<RequestReport> ShareTimesAmongRequestsAsync(
        string name, string[] paths, RequestProcess client, ProcessFigures process, CancellationToken cancellationToken)
    {
        List<(Distribution? Times, double Cpu)> without = [];
        List<(Distribution? Times, double Cpu)> with = [];
        List<RequestAnswers> answers = [];
        int next = 0;
        for (TimeSpan left = options.ShareTime; left > TimeSpan.Zero; left -= AskedWindows * options.Window)
        {
            without.Add(await WindowAsync(process, cancellationToken));
            for (int i = 0; i < AskedWindows; i++)
            {
                var burst = new RequestBurst
                {
                    PerSecond = options.RequestsPerSecond,
                    Seconds = options.Window.TotalSeconds,
                    Paths = [.. paths.Skip(next), .. paths.Take(next)],
                };
                next = (next + (int)(burst.PerSecond * burst.Seconds)) % paths.Length;
                Task<RequestAnswers> asking = client.AskAsync(burst, cancellationToken);
                with.Add(await WindowAsync(process, cancellationToken));
                answers.Add(await asking);
            }
        }

        return new RequestReport
        {
            Route = name,
            RequestsPerSecond = options.RequestsPerSecond,
            Statuses = answers.SelectMany(answer => answer.Statuses).GroupBy(pair => pair.Key, pair => pair.Value)
                .ToDictionary(group => group.Key, group => group.Sum()),
            AnswerMs = Distribution.Typical([.. answers.Select(answer => answer.AnswerMs).OfType<Distribution>()]),
            ShareInToOutWithoutMs = Distribution.Typical([.. without.Select(window => window.Times).OfType<Distribution>()]),
            ShareInToOutWithMs = Distribution.Typical([.. with.Select(window => window.Times).OfType<Distribution>()]),
            CpuMsPerSecondWithout = Math.Round(without.Average(window => window.Cpu) / options.Window.TotalSeconds, 1),
            CpuMsPerSecondWith = Math.Round(with.Average(window => window.Cpu) / options.Window.TotalSeconds, 1),
        };
    }

    private async Task<(Distribution? Times, double Cpu)> WindowAsync(ProcessFigures process, CancellationToken cancellationToken)
    {
        double before = process.CpuMs();
        _probe.TakeShareTimes();
        await Task.Delay(options.Window, time, cancellationToken);
        return (Distribution.Of(_probe.TakeShareTimes()), process.CpuMs() - before);
    }

    // Every route that the daemon lists, with a client that there is; but for the stream of events, which does not end.
    private static async Task<string[]> RoutesAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address };
        using JsonDocument root = JsonDocument.Parse(await http.GetStringAsync(new Uri("/", UriKind.Relative), cancellationToken));
        using JsonDocument clients = JsonDocument.Parse(
            await http.GetStringAsync(new Uri("/api/v1/clients?limit=1", UriKind.Relative), cancellationToken));
        string id =
            clients.RootElement.GetProperty("items").EnumerateArray().Select(client => $"{client.GetProperty("client_id")}").Single();
        return [.. root.RootElement.GetProperty("endpoints").EnumerateObject()
            .Select(endpoint => endpoint.Name.Replace("{client_id}", id, StringComparison.Ordinal))
            .Where(path => path != "/api/v1/events")];
    }
}
