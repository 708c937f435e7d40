using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Testbed.Consensus;
using Testbed.Nodes;

namespace Testbed.BitcoinCore;

/// <summary>What a node's RPC interface has seen.</summary>
public sealed record BitcoinRpcCounters
{
    /// <summary>Calls with the right user and password.</summary>
    public int Calls { get; init; }

    /// <summary>Calls without them.</summary>
    public int Unauthorized { get; init; }

    /// <summary>Blocks that became the tip.</summary>
    public int BlocksAccepted { get; init; }

    /// <summary>Reasons of blocks that are not valid, oldest first.</summary>
    public ImmutableList<string> Refusals { get; init; } = [];
}

/// <summary>
/// A node's JSON-RPC over HTTP before a <see cref="Chain"/>: <c>submitblock</c>, <c>getblockheader</c> (whether it is known) and
/// <c>getblockchaininfo</c>. All members may be called from any thread.
/// </summary>
public sealed class BitcoinRpcServer(Chain chain, string user, string password) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly string _authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
    private BitcoinRpcCounters _counters = new();
    private WebApplication? _application;
    private bool _starting;

    /// <summary>Raised with the hash of every block that can be read, and what the node made of it.</summary>
    public event Action<U256, BlockOutcome>? BlockJudged;

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_application?.Urls.Single() ?? throw new InvalidOperationException("the server is not started"));

    /// <summary>What it has seen so far.</summary>
    public BitcoinRpcCounters Counters
    {
        get
        {
            lock (_lock)
                return _counters;
        }
    }

    /// <summary>Whether it answers every call as a node does that is starting.</summary>
    public bool Starting
    {
        get
        {
            lock (_lock)
                return _starting;
        }
        set
        {
            lock (_lock)
                _starting = value;
        }
    }

    /// <summary>Listens on a free port of loopback.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _application = builder.Build();
        _application.Run(AnswerAsync);
        await _application.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
            await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        bool known = context.Request.Headers.Authorization.ToString() == _authorization;
        Count(counters => known
            ? counters with { Calls = counters.Calls + 1 }
            : counters with { Unauthorized = counters.Unauthorized + 1 });
        if (!known)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        using JsonDocument call = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        (object? result, int code, string error) = Starting
            ? (null, -28, "Verifying blocks…")
            : Answer(call.RootElement.GetProperty("method").GetString(), call.RootElement.GetProperty("params"));
        context.Response.StatusCode = code == 0 ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;
        await context.Response.WriteAsJsonAsync(
            new { result, error = code == 0 ? null : new { code, message = error }, id = "jdclient" }, context.RequestAborted);
    }

    private (object? Result, int Code, string Error) Answer(string? method, JsonElement parameters) => method switch
    {
        "submitblock" => Submit(parameters[0].GetString() ?? ""),
        "getblockheader" => chain.Contains(Hash(parameters[0].GetString() ?? ""))
            ? (new { confirmations = 1 }, 0, "")
            : (null, -5, "Block not found"),
        "getblockchaininfo" => (new { chain = "regtest", blocks = chain.Tip.Height }, 0, ""),
        _ => (null, -32601, "Method not found"),
    };

    private (object? Result, int Code, string Error) Submit(string hex)
    {
        if (Block.TryParse(Convert.FromHexString(hex)) is not { } block)
            return (null, -22, "Block decode failed");
        BlockOutcome outcome = chain.SubmitBlock(block);
        Count(counters => outcome.Status switch
        {
            BlockStatus.Accepted => counters with { BlocksAccepted = counters.BlocksAccepted + 1 },
            BlockStatus.Invalid => counters with { Refusals = counters.Refusals.Add(outcome.Reason ?? "") },
            _ => counters,
        });
        BlockJudged?.Invoke(block.Hash, outcome);
        return outcome.Status switch
        {
            BlockStatus.Accepted => (null, 0, ""),
            BlockStatus.Duplicate => ("duplicate", 0, ""),
            BlockStatus.Stale => ("inconclusive", 0, ""),
            _ => (outcome.Reason, 0, ""),
        };
    }

    private static U256 Hash(string text) =>
        U256.FromLittleEndian(Convert.FromHexString(text.PadLeft(64, '0')[..64]).AsEnumerable().Reverse().ToArray());

    private void Count(Func<BitcoinRpcCounters, BitcoinRpcCounters> change)
    {
        lock (_lock)
            _counters = change(_counters);
    }
}
