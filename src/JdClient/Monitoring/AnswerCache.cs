using System.Threading.RateLimiting;
using JdClient.Core;
using Microsoft.AspNetCore.Http;

namespace JdClient.Monitoring;

/// <summary>
/// Makes each answer once for all who ask: it is kept as bytes for as long as what it was made from is the same, at most
/// <see cref="MaxAge"/>. One is made at a time, on a thread that gives way to those of miners, and after each the maker rests
/// for three times as long, so that requests, however many and for whatever, use a quarter of one core at most; who has to wait
/// for that waits, up to <see cref="MaxWaiting"/>, more are refused. Thread-safe.
/// </summary>
internal sealed class AnswerCache(MonitoringSources sources) : IDisposable
{
    /// <summary>Requests that wait for an answer to be made.</summary>
    internal const int MaxWaiting = 128;

    /// <summary>Answers kept; at the bound all are forgotten.</summary>
    internal const int MaxAnswers = 256;

    /// <summary>Bytes of answers kept; at the bound all are forgotten.</summary>
    internal const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Longest path with query that is kept, characters.</summary>
    private const int MaxKey = 256;

    /// <summary>How much longer the maker rests than it worked.</summary>
    private const int RestFactor = 3;

    /// <summary>Times that pass without news, too: counters, ages.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrencyLimiter _maker = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = 1,
        QueueLimit = MaxWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private readonly YieldingThread _thread = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Answer> _answers = new(StringComparer.Ordinal);
    private int _bytes;

    // Touched by who holds the maker's permit.
    private long _workedUntil;
    private TimeSpan _rest;

    /// <inheritdoc/>
    public void Dispose()
    {
        _maker.Dispose();
        _thread.Dispose();
    }

    /// <summary>Answers from what is kept, or lets the endpoint make it.</summary>
    internal async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsMade(context.Request.Path))
        {
            await next(context);
            return;
        }

        string key = context.Request.Path.Value + context.Request.QueryString.Value;
        Answer? answer = Find(key) ?? await MakeAsync(context, next, key);
        if (answer is null)
        {
            context.Response.Headers.RetryAfter = "1";
            await RequestGuard.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "too many requests at a time");
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        if (!RequestGuard.IsHead(context))
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    // Streams bound themselves; probes tell some more than others and cost nothing, nor do files that are in memory as they are.
    private static bool IsMade(PathString path) => path.Value switch
    {
        "/healthz" or "/readyz" or "/api/v1/events" => false,
        _ => !RequestGuard.IsOpen(path),
    };

    private async Task<Answer?> MakeAsync(HttpContext context, RequestDelegate next, string key)
    {
        using RateLimitLease turn = await _maker.AcquireAsync(1, context.RequestAborted);
        if (!turn.IsAcquired)
            return null;

        // Another request may have made it while this one waited.
        if (Find(key) is { } made)
            return made;
        TimeSpan left = _rest - sources.Time.GetElapsedTime(_workedUntil);
        if (left >= ShortestRest)
            await Task.Delay(left, sources.Time, context.RequestAborted);
        Stamp stamp = StampOfNow();
        long began = sources.Time.GetTimestamp();
        try
        {
            Answer answer = await Task.Factory.StartNew(
                () => CaptureAsync(context, next, stamp), context.RequestAborted, TaskCreationOptions.None, _thread).Unwrap();
            Keep(key, answer);
            return answer;
        }
        finally
        {
            // Too short a rest to be taken now is added to the next.
            TimeSpan owed = left > TimeSpan.Zero && left < ShortestRest ? left : TimeSpan.Zero;
            TimeSpan rest = owed + (RestFactor * sources.Time.GetElapsedTime(began));
            _rest = rest < LongestRest ? rest : LongestRest;
            _workedUntil = sources.Time.GetTimestamp();
        }
    }

    private static async Task<Answer> CaptureAsync(HttpContext context, RequestDelegate next, Stamp stamp)
    {
        Stream client = context.Response.Body;
        using var body = new MemoryStream();
        context.Response.Body = body;
        try
        {
            await next(context);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        finally
        {
            context.Response.Body = client;
        }

        return new Answer(stamp, context.Response.StatusCode, context.Response.ContentType, body.ToArray());
    }

    private Answer? Find(string key)
    {
        Answer? answer;
        lock (_lock)
        {
            if (!_answers.TryGetValue(key, out answer))
                return null;
        }

        return answer.Stamp.IsForEver || (answer.Stamp.IsSameAs(StampOfNow()) && sources.Time.GetElapsedTime(answer.Stamp.At) < MaxAge)
            ? answer
            : null;
    }

    private void Keep(string key, Answer answer)
    {
        // Errors are short, and their paths are as many as a client likes.
        if (answer.Status != StatusCodes.Status200OK || key.Length > MaxKey || answer.Body.Length > MaxBytes)
            return;
        if (key == Endpoints.OpenApiEndpoints.Path)
            answer = answer with { Stamp = answer.Stamp with { IsForEver = true } };
        lock (_lock)
        {
            if (_answers.Remove(key, out Answer? before))
                _bytes -= before.Body.Length;
            if (_answers.Count >= MaxAnswers || _bytes + answer.Body.Length > MaxBytes)
            {
                _answers.Clear();
                _bytes = 0;
            }

            _answers.Add(key, answer);
            _bytes += answer.Body.Length;
        }
    }

    private Stamp StampOfNow() => new(
        sources.Time.GetTimestamp(),
        sources.Daemon.Snapshot,
        sources.Daemon.Downstream,
        sources.Telemetry.Version,
        sources.Status.History.LastNumber,
        IsForEver: false);

    /// <summary>What an answer was made from, and when.</summary>
    private readonly record struct Stamp(
        long At, CoreSnapshot? Core, DownstreamSnapshot Downstream, object Telemetry, long LastChange, bool IsForEver)
    {
        internal bool IsSameAs(Stamp other) =>
            ReferenceEquals(Core, other.Core)
            && ReferenceEquals(Downstream, other.Downstream)
            && ReferenceEquals(Telemetry, other.Telemetry)
            && LastChange == other.LastChange;
    }

    private sealed record Answer(Stamp Stamp, int Status, string? ContentType, byte[] Body);
}
