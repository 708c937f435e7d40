using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace JdClient.Configuration;

internal sealed partial class RootReader
{
    private MonitoringConfiguration ReadMonitoring(IPEndPoint? listening)
    {
        var monitoring = new MonitoringConfiguration();
        if (top.Text("monitoring_address") is { } text && ReadEndPoint("monitoring_address", text, "127.0.0.1:9091") is { } address)
        {
            monitoring = monitoring with { Address = address };
            if (listening is not null && listening.Port == address.Port && address.Port != 0)
                top.Error("monitoring_address", $"has the port of listening_address, {address.Port}; each needs its own");
        }

        if (top.Text("monitoring_token") is { } token)
        {
            if (token.Length is < MonitoringToken.MinLength or > MonitoringToken.MaxLength)
                top.Error("monitoring_token", $"must have {MonitoringToken.MinLength} to {MonitoringToken.MaxLength} characters");
            else
                monitoring = monitoring with { Token = new MonitoringToken(token) };
        }
        else if (monitoring.Address is { } open && !IPAddress.IsLoopback(open.Address))
        {
            top.Warn("monitoring_address", "can be reached by other machines; set monitoring_token, unless the network is yours alone");
        }

        if (top.Integer("monitoring_cache_refresh_secs", 1, 86_400) is { } seconds)
            monitoring = monitoring with { CacheRefresh = TimeSpan.FromSeconds(seconds) };
        if (top.Flag("monitoring_worker_metrics") is { } workers)
            monitoring = monitoring with { WorkerMetrics = workers };
        return monitoring;
    }

    private MinerTelemetryConfiguration ReadMinerTelemetry()
    {
        if (top.Section("miner_telemetry") is not { } section)
            return new();
        var cidrs = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (string text in section.Texts("cidrs"))
        {
            if (!TryParseCidr(text, out IPNetwork network))
                section.Error("cidrs", $"holds \"{text}\", which is not a network such as 192.168.1.0/24");
            else if (network.BaseAddress.AddressFamily != AddressFamily.InterNetwork
                || network.PrefixLength < 24
                || !IsPrivate(network.BaseAddress))
                section.Error("cidrs", $"holds {text}; only private IPv4 networks of /24 or smaller are searched");
            else
                cidrs.Add(network);
        }

        if (cidrs.Count > MinerTelemetryConfiguration.MaxCidrs)
            section.Error("cidrs", $"holds {cidrs.Count} networks; at most {MinerTelemetryConfiguration.MaxCidrs} are searched");
        var telemetry = new MinerTelemetryConfiguration { Cidrs = cidrs.ToImmutable() };
        return section.Integer("port", 1, ushort.MaxValue) is { } port ? telemetry with { Port = (int)port } : telemetry;
    }

    /// <summary>Host bits may be set: 192.168.1.7/24 is taken as 192.168.1.0/24.</summary>
    private static bool TryParseCidr(string text, out IPNetwork network)
    {
        network = default;
        if (text.Split('/') is not [var addressText, var lengthText]
            || !IPAddress.TryParse(addressText, out IPAddress? address)
            || !byte.TryParse(lengthText, out byte length))
            return false;
        byte[] bytes = address.GetAddressBytes();
        if (length > bytes.Length * 8)
            return false;
        for (int bit = length; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        network = new IPNetwork(new IPAddress(bytes), length);
        return true;
    }

    private static bool IsPrivate(IPAddress address) => address.GetAddressBytes() switch
    {
        [10, ..] => true,
        [172, >= 16 and <= 31, ..] => true,
        [192, 168, ..] => true,
        [169, 254, ..] => true,
        [127, ..] => true,
        _ => false,
    };

    private LogConfiguration ReadLog()
    {
        var log = new LogConfiguration();
        if (top.Text("log_file") is { Length: > 0 } file)
            log = log with { File = ExpandPath(file) };
        if (top.Text("log_level") is { } text)
        {
            if (LogLevels.TryParse(text) is { } level)
                return log with { Level = level };
            top.Error("log_level", "must be trace, debug, info, warn, error or off");
        }
        else if (environment.TryGetValue("RUST_LOG", out string? rustLog) && LogLevels.TryParse(rustLog) is { } level)
        {
            return log with { Level = level };
        }

        return log;
    }

    private string ReadDataDirectory()
    {
        if (top.Text("data_dir") is { Length: > 0 } given)
            return ExpandPath(given);
        if (environment.TryGetValue("STATE_DIRECTORY", out string? state) && state.Split(':') is [{ Length: > 0 } first, ..])
            return first;
        return Path.Combine(directory, "jdc-data");
    }

    /// <summary>Replaces a leading <c>~</c> and <c>$NAME</c> or <c>${NAME}</c>; what is not set stays as written.</summary>
    private string ExpandPath(string path)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
            path = (environment.TryGetValue("HOME", out string? home) ? home : "~") + path[1..];
        return PathVariable().Replace(path, match =>
        {
            string name = match.Groups["name"].Value;
            return environment.TryGetValue(name, out string? value) ? value : match.Value;
        });
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\$(?:\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?<name>[A-Za-z_][A-Za-z0-9_]*))")]
    private static partial System.Text.RegularExpressions.Regex PathVariable();
}
