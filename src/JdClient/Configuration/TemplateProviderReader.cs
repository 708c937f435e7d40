using Bitcoin;
using JdClient.Core;

namespace JdClient.Configuration;

/// <summary>Reads the <c>template_provider_type</c> table, of which exactly one variant is given.</summary>
internal sealed class TemplateProviderReader(SectionReader top)
{
    private const string Key = "template_provider_type";
    private const string Sv2Tp = "Sv2Tp";
    private const string BitcoinCoreIpc = "BitcoinCoreIpc";

    internal TemplateProviderConfiguration? Read()
    {
        if (top.Section(Key) is not { } section)
        {
            if (!top.Has(Key))
                top.Missing(Key, "[template_provider_type.Sv2Tp] with address = \"127.0.0.1:8442\"");
            return null;
        }

        TemplateProviderConfiguration? sv2 = section.Section(Sv2Tp) is { } sv2Section ? ReadSv2(sv2Section) : null;
        TemplateProviderConfiguration? ipc = section.Section(BitcoinCoreIpc) is { } ipcSection ? ReadIpc(ipcSection) : null;
        bool hasSv2 = section.Has(Sv2Tp);
        bool hasIpc = section.Has(BitcoinCoreIpc);
        if (hasSv2 && hasIpc)
        {
            top.Error(Key, $"has two variants; keep exactly one of [{Key}.{Sv2Tp}] and [{Key}.{BitcoinCoreIpc}]");
            return null;
        }

        if (!hasSv2 && !hasIpc)
            section.Missing(Sv2Tp, $"[{Key}.{Sv2Tp}] with address = \"127.0.0.1:8442\"");

        return sv2 ?? ipc;
    }

    private static TemplateProviderConfiguration.Sv2Tp? ReadSv2(SectionReader section)
    {
        string? address = section.Text("address");
        if (!section.Has("address"))
            section.Missing("address", "address = \"127.0.0.1:8442\"");
        PeerEndpoint? endpoint = null;
        if (address is not null && (endpoint = PeerText.TryParse(address, out string? error)) is null)
            section.Error("address", error!);
        AuthorityPublicKey? authority = section.PublicKey("public_key");
        bool allowUnverified = section.Flag("allow_unverified") ?? false;
        bool unencrypted = section.Flag("unencrypted") ?? false;
        if (endpoint is null)
            return null;

        bool local = PeerText.IsThisHost(endpoint.Host);
        if (unencrypted && !local)
            section.Error("unencrypted", "is only possible with a template provider on this host (127.0.0.1, ::1 or localhost)");
        if (!section.Has("public_key") && !local && !allowUnverified)
        {
            section.Missing(
                "public_key",
                "public_key = \"9…\", as the template provider prints at start. Without it anyone on the way could feed you templates; "
                + "if that is acceptable, write allow_unverified = true");
        }

        return new TemplateProviderConfiguration.Sv2Tp { Endpoint = endpoint, Authority = authority, Unencrypted = unencrypted };
    }

    private static TemplateProviderConfiguration.BitcoinCoreIpc? ReadIpc(SectionReader section)
    {
        long? version = section.Integer("version", 30, 32);
        BitcoinNetwork? network = null;
        if (section.Text("network") is { } text)
        {
            string[] names = ["mainnet", "testnet4", "signet", "regtest"];
            int index = Array.IndexOf(names, text.ToLowerInvariant());
            if (index >= 0)
                network = (BitcoinNetwork)index;
            else
                section.Error("network", "must be mainnet, testnet4, signet or regtest");
        }
        else if (!section.Has("network"))
        {
            section.Missing("network", "network = \"mainnet\"");
        }

        string? dataDirectory = section.Text("data_dir");
        long feeThreshold = section.Integer("fee_threshold", 0, 21_000_000L * 100_000_000) ?? 100;
        long minInterval = section.Integer("min_interval", 1, 255) ?? 5;
        string? socketPath = section.Text("socket_path");
        if (network is null)
            return null;
        return new TemplateProviderConfiguration.BitcoinCoreIpc
        {
            Version = (int?)version,
            Network = network.Value,
            DataDirectory = dataDirectory,
            SocketPath = socketPath,
            FeeThreshold = (ulong)feeThreshold,
            MinInterval = TimeSpan.FromSeconds(minInterval),
        };
    }
}
