using System.Net;
using System.Text;
using System.Text.Json;
using Testbed.Consensus;
using Testbed.Net;

namespace Testbed.Nodes;

/// <summary>The JSON-RPC of a node on a <see cref="Chain"/>, as far as whole blocks are submitted by it (BIP22).</summary>
public sealed class RpcNode : IAsyncDisposable
{
    public const string User = "farm";
    public const string Password = "of the testbed";
    private const int PortAttempts = 20;

    private static readonly string Authorization = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))}";

    private readonly Chain _chain;
    private HttpListener _listener = new();
    private Task _serving = Task.CompletedTask;
    private int _blocks;
    private bool _isStarting;

    /// <summary>A node that is not listening yet.</summary>
    public RpcNode(Chain chain) => _chain = chain;

    /// <summary>Raised with the hash of every block that can be read, and what the node made of it.</summary>
    public event Action<U256, BlockOutcome>? BlockJudged;

    /// <summary>Whether it answers every call as a node does that has just been started.</summary>
    public bool IsStarting
    {
        get => Volatile.Read(ref _isStarting);
        set => Volatile.Write(ref _isStarting, value);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Blocks submitted to it.</summary>
    public int Blocks => Volatile.Read(ref _blocks);

    /// <summary>Listens on a free port.</summary>
    public void Start()
    {
        for (int attempt = 1; !_listener.IsListening; attempt++)
        {
            Url = new Uri($"http://127.0.0.1:{LoopbackPort.Choose()}/");
            _listener = new HttpListener();
            _listener.Prefixes.Add(Url.ToString());
            try
            {
                _listener.Start();
            }
            catch (HttpListenerException) when (attempt < PortAttempts)
            {
                // Somebody was quicker.
            }
        }

        _serving = ServeAsync(_listener);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync(HttpListener listener)
    {
        while (listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await listener.GetContextAsync();
                await AnswerAsync(context);
            }
            catch (Exception end) when (end is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // Stopped, or the caller has gone.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using HttpListenerResponse response = context.Response;
        if (context.Request.Headers["Authorization"] != Authorization)
        {
            response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }

        using JsonDocument call = await JsonDocument.ParseAsync(context.Request.InputStream);
        response.ContentType = "application/json";
        if (IsStarting)
        {
            response.StatusCode = (int)HttpStatusCode.InternalServerError;
            await response.OutputStream.WriteAsync(
                """{"result":null,"error":{"code":-28,"message":"Verifying blocks…"},"id":"testbed"}"""u8.ToArray());
            return;
        }

        JsonElement parameters = call.RootElement.GetProperty("params");
        string result = call.RootElement.GetProperty("method").GetString() switch
        {
            "getblockchaininfo" => """{"chain":"regtest"}""",
            "submitblock" => Submit(parameters[0].GetString() ?? ""),
            "getblockheader" => """{"confirmations":-1}""",
            _ => "null",
        };
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($$"""{"result":{{result}},"error":null,"id":"testbed"}"""));
    }

    private string Submit(string hex)
    {
        Interlocked.Increment(ref _blocks);
        if (Block.TryParse(Convert.FromHexString(hex)) is not { } block)
            return "\"block-decode-failed\"";
        BlockOutcome outcome = _chain.SubmitBlock(block);
        BlockJudged?.Invoke(block.Hash, outcome);
        return outcome.Status switch
        {
            BlockStatus.Accepted => "null",
            BlockStatus.Duplicate => "\"duplicate\"",
            BlockStatus.Stale => "\"inconclusive\"",
            _ => $"\"{outcome.Reason}\"",
        };
    }
}
