using System.Collections.Immutable;
using System.Net;
using Bitcoin;

namespace JdClient.Configuration;

internal sealed partial class RootReader
{
    private const string ListeningExample = "listening_address = \"0.0.0.0:34265\"";

    private IPEndPoint? ReadListeningAddress()
    {
        string? address = top.Text("listening_address");
        string? olderAddress = top.Text("downstream_address");
        long? olderPort = top.Integer("downstream_port", 0, ushort.MaxValue);
        if (top.Has("listening_address"))
        {
            foreach (string older in new[] { "downstream_address", "downstream_port" })
            {
                if (top.Has(older))
                    top.Error(older, "is the older spelling of listening_address, which is also given; remove it");
            }

            return address is null ? null : ReadEndPoint("listening_address", address, "0.0.0.0:34265");
        }

        if (olderAddress is null && olderPort is null)
        {
            if (!top.Has("downstream_address") && !top.Has("downstream_port"))
                top.Missing("listening_address", ListeningExample);
            return null;
        }

        top.Warn(
            olderAddress is null ? "downstream_port" : "downstream_address",
            $"is an older spelling; today's is {ListeningExample}; both work");
        if (olderAddress is null || olderPort is null)
        {
            if (!top.Has("downstream_address"))
                top.Missing("downstream_address", "downstream_address = \"0.0.0.0\" beside downstream_port");
            if (!top.Has("downstream_port"))
                top.Missing("downstream_port", "downstream_port = 34265 beside downstream_address");
            return null;
        }

        if (IPAddress.TryParse(olderAddress, out IPAddress? ip))
            return new IPEndPoint(ip, (int)olderPort.Value);
        top.Error("downstream_address", "must be an IP address, such as 0.0.0.0");
        return null;
    }

    private ProxyConfiguration? ReadProxies()
    {
        if (top.Section("downstream") is not { } section)
            return null;
        bool isOn = section.Flag("proxy_protocol") ?? false;
        var trusted = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (string text in section.Texts("trusted_proxies"))
        {
            string wholeAddress = text.Contains(':', StringComparison.Ordinal) ? "/128" : "/32";
            if (TryParseCidr(text.Contains('/', StringComparison.Ordinal) ? text : text + wholeAddress, out IPNetwork network))
                trusted.Add(network);
            else
                section.Error("trusted_proxies", $"holds \"{text}\", which is neither an address nor a network such as 10.0.0.0/8");
        }

        if (isOn && !section.Has("trusted_proxies"))
            section.Missing("trusted_proxies", "trusted_proxies = [\"192.0.2.10\"]: who may say whose connection it passes on");
        else if (isOn && section.Texts("trusted_proxies").Length == 0)
            section.Error("trusted_proxies", "is empty: nobody could connect. Name your proxies, or set proxy_protocol = false");
        else if (!isOn && trusted.Count > 0)
            section.Warn("trusted_proxies", "has no effect without proxy_protocol = true");
        return isOn ? new ProxyConfiguration(trusted.ToImmutable()) : null;
    }

    private IPEndPoint? ReadEndPoint(string key, string text, string example)
    {
        // IPEndPoint takes a bare address as port 0, which nobody means.
        bool hasPort = text.StartsWith('[') ? text.Contains("]:", StringComparison.Ordinal) : text.Count(c => c == ':') == 1;
        if (hasPort && IPEndPoint.TryParse(text, out IPEndPoint? endPoint))
            return endPoint;
        top.Error(key, $"must be an IP address and a port, such as {example} (IPv6 in brackets: [::]:{example.Split(':')[^1]})");
        return null;
    }

    private AuthoritySecretKey? ReadAuthority(IPEndPoint? listening)
    {
        const string hint = "(the command keygen makes a pair)";
        AuthorityPublicKey? publicKey = top.PublicKey("authority_public_key");
        string? secretText = top.Text("authority_secret_key");
        if (!top.Has("authority_public_key"))
            top.Missing("authority_public_key", $"authority_public_key = \"9…\" {hint}");
        if (!top.Has("authority_secret_key"))
            top.Missing("authority_secret_key", $"authority_secret_key = \"…\" {hint}");
        if (secretText is null)
            return null;
        if (!AuthoritySecretKey.TryParse(secretText, out AuthoritySecretKey? secretKey, out FormatError error))
        {
            top.Error("authority_secret_key", $"is not an authority secret key: {error.Reason}");
            return null;
        }

        if (publicKey is not null && !secretKey.PublicKey.Equals(publicKey))
            top.Error("authority_public_key", $"does not belong to authority_secret_key, whose public key is {secretKey.PublicKey}");
        if (WellKnownKeys.Contains(secretKey.PublicKey) && listening is not null && !IPAddress.IsLoopback(listening.Address))
        {
            string message = "is the example pair that everybody knows: anyone could pretend to be this daemon to its miners. "
                + "Make your own with the command keygen, or listen on 127.0.0.1 only";
            top.Error("authority_secret_key", message);
        }

        return secretKey;
    }
}
