using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using JdClient.Configuration;

namespace JdClient.Blocks.JsonRpc;

/// <summary>Calls to one Bitcoin Core node over HTTP. Thread-safe.</summary>
internal sealed class RpcClient : IDisposable
{
    /// <summary>Answers are short; a longer one is not a node's.</summary>
    private const int MaxAnswerLength = 256 * 1024;

    /// <summary>The node's code while it loads blocks and verifies them.</summary>
    private const int InWarmup = -28;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly BlockSubmitConfiguration _target;
    private readonly RpcCredentials _credentials;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    internal RpcClient(BlockSubmitConfiguration target, TimeProvider time)
    {
        _target = target;
        _credentials = new RpcCredentials(target);
        _time = time;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            UseCookies = false,
            UseProxy = false,

            // The node closes idle connections after 30 s; a connection it is about to close would lose the block's first attempt.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerLength };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Calls and returns the result.</summary>
    /// <exception cref="RpcException">There is no result.</exception>
    internal async Task<JsonElement> CallAsync(Func<RpcRequest> request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_target.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await CallOnceAsync(request(), either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RpcException($"no answer within {_target.Timeout.TotalSeconds:0.#} s (timeout_secs)", RpcFailure.Unreachable);
        }
        catch (HttpRequestException exception)
        {
            throw new RpcException(exception.InnerException?.Message ?? exception.Message, RpcFailure.Unreachable);
        }
        catch (IOException exception)
        {
            throw new RpcException($"the connection ended: {exception.Message}", RpcFailure.Unreachable);
        }
    }

    private async Task<JsonElement> CallOnceAsync(RpcRequest content, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _target.Url) { Content = content };
        message.Headers.Authorization = new AuthenticationHeaderValue("Basic", _credentials.Read());
        using HttpResponseMessage answer = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellationToken);
        switch (answer.StatusCode)
        {
            case HttpStatusCode.Unauthorized:
                throw new RpcException($"the node does not know us (401): check {_credentials.Source}", RpcFailure.Refused);
            case HttpStatusCode.Forbidden:
                throw new RpcException(
                    "the node refuses this address (403): add it to rpcallowip, or submitblock to rpcwhitelist, of the node",
                    RpcFailure.Refused);
            case HttpStatusCode.ServiceUnavailable:
                throw new RpcException("the node has more calls than it takes (503)", RpcFailure.Busy);
        }

        return Result(answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    private static JsonElement Result(HttpStatusCode status, byte[] body)
    {
        JsonElement root;
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            root = json.RootElement.Clone();
        }
        catch (JsonException)
        {
            root = default;
        }

        if (root.ValueKind != JsonValueKind.Object)
            throw new RpcException($"what listens there is no Bitcoin Core node (HTTP {(int)status})", RpcFailure.Unreachable);
        if (root.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
        {
            int code = error.TryGetProperty("code", out JsonElement number) && number.TryGetInt32(out int value) ? value : 0;
            string text = error.TryGetProperty("message", out JsonElement said) && said.ValueKind == JsonValueKind.String
                ? Logging.Readable.Text(said.GetString() ?? "")
                : "";
            throw code == InWarmup
                ? new RpcException($"the node is starting: {text}", RpcFailure.Busy, code)
                : new RpcException($"{text} ({code})", RpcFailure.Error, code);
        }

        return root.TryGetProperty("result", out JsonElement result)
            ? result
            : throw new RpcException($"what listens there is no Bitcoin Core node (HTTP {(int)status})", RpcFailure.Unreachable);
    }
}
