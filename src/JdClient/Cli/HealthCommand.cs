using System.CommandLine;
using System.Net;
using JdClient.Configuration;

namespace JdClient.Cli;

/// <summary>
/// <c>health</c>: asks a running daemon's <c>/healthz</c>, or <c>/readyz</c>, on the configured <c>monitoring_address</c>. For container
/// engines, whose images have no other HTTP client.
/// </summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    internal static Command Create(Func<ParseResult, Task<JdcConfiguration?>> load, TextWriter output, TextWriter error)
    {
        var ready = new Option<bool>("--ready")
        {
            Description = "Ask whether miners can connect and have work, not only for a sign of life.",
        };
        var command = new Command("health", "Ask a running daemon whether it is well; exit code 0 when it is.") { ready };
        command.SetAction(async (parsed, token) =>
        {
            if (await load(parsed) is not { } configuration)
                return (int)ExitCode.ConfigurationError;
            if (configuration.Monitoring.Address is not { } address)
            {
                await error.WriteLineAsync(
                    "monitoring_address is not set, so there is nobody to ask; set it, for example to 127.0.0.1:9091.");
                return (int)ExitCode.NotDone;
            }

            return (int)await AskAsync(Reachable(address), parsed.GetValue(ready) ? "readyz" : "healthz", output, error, token);
        });
        return command;
    }

    private static async Task<ExitCode> AskAsync(
        IPEndPoint address, string route, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
        var uri = new Uri($"http://{address}/{route}");
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(uri, cancellationToken);
            await (answer.IsSuccessStatusCode ? output : error).WriteLineAsync(await answer.Content.ReadAsStringAsync(cancellationToken));
            return answer.IsSuccessStatusCode ? ExitCode.Success : ExitCode.NotDone;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync($"No answer from {uri}: {exception.Message}");
            return ExitCode.NotDone;
        }
    }

    // A daemon that listens everywhere is asked on this machine.
    private static IPEndPoint Reachable(IPEndPoint address) => address.Address switch
    {
        var any when any.Equals(IPAddress.Any) => new IPEndPoint(IPAddress.Loopback, address.Port),
        var any when any.Equals(IPAddress.IPv6Any) => new IPEndPoint(IPAddress.IPv6Loopback, address.Port),
        _ => address,
    };
}
