using System.CommandLine;
using System.Security.Cryptography;
using Bitcoin;
using Bitcoin.Cryptography;

namespace JdClient.Cli;

/// <summary><c>keygen</c>: a new authority key pair and the URL that miners need.</summary>
internal static class KeygenCommand
{
    internal static Command Create(TextWriter output)
    {
        var host = new Option<string>("--host")
        {
            Description = "Name or address under which miners reach this daemon, for the URL.",
            DefaultValueFactory = _ => "HOST",
        };
        var port = new Option<ushort>("--port")
        {
            Description = "Port on which miners reach this daemon, for the URL.",
            DefaultValueFactory = _ => 34265,
        };
        var command = new Command("keygen", "Make an authority key pair and print it with the URL for miners.") { host, port };
        command.SetAction(parsed =>
        {
            AuthoritySecretKey key = Generate();
            output.WriteLine($"authority_public_key = \"{key.PublicKey}\"");
            output.WriteLine($"authority_secret_key = \"{key.Reveal()}\"");
            output.WriteLine($"# miners: {MinerUrl.Of(parsed.GetValue(host)!, parsed.GetValue(port), key.PublicKey)}");
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>A key from the operating system's generator.</summary>
    private static AuthoritySecretKey Generate()
    {
        Span<byte> secret = stackalloc byte[Secp256k1.SecretSize];
        while (true)
        {
            RandomNumberGenerator.Fill(secret);
            if (AuthoritySecretKey.TryCreate(secret, out AuthoritySecretKey? key))
                return key;
        }
    }
}

/// <summary>The URL that a miner is configured with.</summary>
internal static class MinerUrl
{
    /// <summary><c>stratum2+tcp://HOST:PORT/KEY</c>; an IPv6 address stands in brackets.</summary>
    internal static string Of(string host, int port, AuthorityPublicKey key) =>
        $"stratum2+tcp://{(host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host)}:{port}/{key}";
}
