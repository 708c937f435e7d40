using JdClient.Configuration;

namespace JdClient.TemplateReceiver.BitcoinCoreIpc;

/// <summary>Where Bitcoin Core puts its socket: <c>node.sock</c> in the data directory, below the network's folder off mainnet.</summary>
internal static class NodeSocketPath
{
    /// <summary>The socket; null where it is in the home directory of an account that has none (a service, a container).</summary>
    /// <param name="provider">What is configured.</param>
    /// <param name="home">The account's home directory; null or empty where it has none.</param>
    internal static string? Of(TemplateProviderConfiguration.BitcoinCoreIpc provider, string? home)
    {
        home = string.IsNullOrEmpty(home) ? null : home;
        if (provider.SocketPath is { } path)
            return Expand(path, home);
        if (provider.DataDirectory is null && home is null)
            return null;
        string data = provider.DataDirectory is { } directory ? Expand(directory, home) : DefaultDirectory(home!);
        string network = provider.Network == BitcoinNetwork.Mainnet ? "" : provider.Network.ToString().ToLowerInvariant();
        return Path.Combine(data, network, "node.sock");
    }

    private static string DefaultDirectory(string home) => OperatingSystem.IsMacOS()
        ? Path.Combine(home, "Library", "Application Support", "Bitcoin")
        : Path.Combine(home, ".bitcoin");

    private static string Expand(string path, string? home) =>
        home is not null && path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : path;
}
