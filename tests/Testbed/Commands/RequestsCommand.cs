using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Testbed.Load.Requests;

namespace Testbed.Commands;

/// <summary><c>requests</c>: a client of a monitoring interface, told by its input what to ask.</summary>
internal static class RequestsCommand
{
    public static Command Create(TimeProvider time)
    {
        var address = new Argument<Uri>("address") { Description = "such as http://127.0.0.1:9090", CustomParser = Parse };
        var command = new Command(
            "requests",
            "Ask a monitoring interface for what each line of input says, "
            + """{"per_second":200,"seconds":2,"paths":["/metrics"]}; answer each by a line.""")
        {
            address,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new RequestClient(result.GetValue(address)!, time);
            while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
            {
                RequestBurst burst = JsonSerializer.Deserialize<RequestBurst>(line)!;
                Console.WriteLine(JsonSerializer.Serialize(await client.AskAsync(burst, cancellationToken)));
            }

            return 0;
        });
        return command;
    }

    private static Uri? Parse(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? address) && address.Scheme == Uri.UriSchemeHttp)
            return address;
        result.AddError($"'{result.Tokens[0].Value}' is no address such as http://127.0.0.1:9090");
        return null;
    }
}
