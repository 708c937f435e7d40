using System.Net;
using System.Text;
using JdClient.Core;

namespace JdClient.Configuration;

/// <summary>Host names, addresses and "host:port" as people write them.</summary>
internal static class PeerText
{
    /// <summary>What is wrong with a host; null when it can be one.</summary>
    internal static string? HostError(string host)
    {
        if (host.Length == 0)
            return "is empty; it must be a host name or an IP address";
        if (host.Contains("://", StringComparison.Ordinal) || host.Contains('/', StringComparison.Ordinal))
            return "must be a host name or an IP address alone, not a URL";
        if (Encoding.UTF8.GetByteCount(host) > 253 || Uri.CheckHostName(Unbracket(host)) == UriHostNameType.Unknown)
            return "is not a host name or an IP address";
        return null;
    }

    /// <summary>Host and port of "host:port"; null, with the reason, where it is none.</summary>
    internal static PeerEndpoint? TryParse(string text, out string? error)
    {
        int colon = text.LastIndexOf(':');
        bool bareIpv6 = !text.StartsWith('[') && text.Count(c => c == ':') > 1;
        if (colon <= 0 || bareIpv6 || !ushort.TryParse(text.AsSpan(colon + 1), out ushort port) || port == 0)
        {
            error = "must be host:port, such as 127.0.0.1:8442 (IPv6 in brackets)";
            return null;
        }

        string host = text[..colon];
        error = HostError(host);
        return error is null ? new PeerEndpoint(Unbracket(host), port) : null;
    }

    /// <summary>Whether a host is this machine for certain, by name or address.</summary>
    internal static bool IsThisHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip));

    /// <summary>An IPv6 address without its brackets.</summary>
    internal static string Unbracket(string host) => host is ['[', .., ']'] ? host[1..^1] : host;
}
