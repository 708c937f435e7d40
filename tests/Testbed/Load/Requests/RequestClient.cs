using System.Collections.Concurrent;
using System.Net;

namespace Testbed.Load.Requests;

/// <summary>Asks a monitoring interface at a steady rate, over at most <see cref="Connections"/> connections.</summary>
internal sealed class RequestClient : IDisposable
{
    private const int Connections = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    internal RequestClient(Uri address, TimeProvider time)
    {
        // Redirects are answers like any other.
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = Connections, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { BaseAddress = address, Timeout = Patience };
        _time = time;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Returns when all that was asked is answered or has failed.</summary>
    internal async Task<RequestAnswers> AskAsync(RequestBurst burst, CancellationToken cancellationToken)
    {
        ConcurrentQueue<(HttpStatusCode Status, double Ms)> answers = [];
        using var free = new SemaphoreSlim(Connections);
        using var timer = new PeriodicTimer(Tick, _time);
        long begin = _time.GetTimestamp();
        int all = (int)(burst.Seconds * burst.PerSecond);
        for (int asked = 0; asked < all; await timer.WaitForNextTickAsync(cancellationToken))
        {
            for (int due = (int)(_time.GetElapsedTime(begin).TotalSeconds * burst.PerSecond); asked < Math.Min(due, all); asked++)
            {
                await free.WaitAsync(cancellationToken);
                _ = AskAsync(burst.Paths[asked % burst.Paths.Count], answers, free);
            }
        }

        for (int i = 0; i < Connections; i++)
            await free.WaitAsync(cancellationToken);
        return new RequestAnswers
        {
            Statuses = answers.CountBy(answer => (int)answer.Status).OrderBy(pair => pair.Key).ToDictionary(),
            AnswerMs = Distribution.Of([.. answers.Select(answer => answer.Ms)]),
        };
    }

    private async Task AskAsync(string path, ConcurrentQueue<(HttpStatusCode Status, double Ms)> answers, SemaphoreSlim free)
    {
        long begin = _time.GetTimestamp();
        HttpStatusCode status = default;
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(
                new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
            await answer.Content.CopyToAsync(Stream.Null, CancellationToken.None);
            status = answer.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            // No answer is counted as status 0.
        }
        finally
        {
            answers.Enqueue((status, _time.GetElapsedTime(begin).TotalMilliseconds));
            free.Release();
        }
    }
}
