using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace JdClient.Tests.Blocks;

/// <summary>A node's HTTP interface that answers as a test says.</summary>
internal sealed class FakeRpcNode : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<Call> _calls = new();

    private FakeRpcNode(WebApplication application) => _application = application;

    internal sealed record Call(string Authorization, string Body)
    {
        /// <summary>User and password as they came.</summary>
        internal string Credentials => Encoding.UTF8.GetString(Convert.FromBase64String(Authorization["Basic ".Length..]));
    }

    internal IReadOnlyList<Call> Calls => [.. _calls];

    internal Uri Url => new(_application.Urls.Single());

    /// <summary>Starts it on a free port.</summary>
    /// <param name="answer">Status and body of the answer to a call; status 0 breaks the connection.</param>
    internal static async Task<FakeRpcNode> StartAsync(Func<Call, (int Status, string Body)> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var node = new FakeRpcNode(builder.Build());
        node._application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var call = new Call(context.Request.Headers.Authorization.ToString(), await reader.ReadToEndAsync(context.RequestAborted));
            node._calls.Enqueue(call);
            (int status, string body) = answer(call);
            if (status == 0)
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body, context.RequestAborted);
        });
        await node._application.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
