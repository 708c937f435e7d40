using JdClient.Configuration;

namespace JdClient.TemplateReceiver.BitcoinCoreIpc;

/// <summary>Where Bitcoin Core puts its socket: <c>node.sock</c> in the data directory, below the network's folder off mainnet.</summary>
internal static class NodeSocketPath
{
    internal static string Of(TemplateProviderConfiguration.BitcoinCoreIpc provider, string? home)
    {
        if (provider.SocketPath is { } path)
            return Expand(path, home);
        string data = provider.DataDirectory is { } directory ? Expand(directory, home) : DefaultDirectory(home ?? "");
        string network = provider.Network == BitcoinNetwork.Mainnet ? "" : provider.Network.ToString().ToLowerInvariant();
        return Path.Combine(data, network, "node.sock");
    }

    private static string DefaultDirectory(string home) => OperatingSystem.IsMacOS()
        ? Path.Combine(home, "Library", "Application Support", "Bitcoin")
        : Path.Combine(home, ".bitcoin");

    private static string Expand(string path, string? home) =>
        home is not null && path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : path;
}
