using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core;

namespace JdClient.Configuration;

/// <summary>
/// Reads the template providers in order of preference: each a <c>[[template_providers]]</c> table, or the single
/// <c>template_provider_type</c> table, of which exactly one variant is given.
/// </summary>
internal sealed class TemplateProviderReader(SectionReader top)
{
    internal const string ListKey = "template_providers";
    internal const string Key = "template_provider_type";

    private const string Sv2Tp = "Sv2Tp";
    private const string BitcoinCoreIpc = "BitcoinCoreIpc";
    private const string TypeExample = "type = \"Sv2Tp\" or type = \"BitcoinCoreIpc\"";

    /// <summary>The providers; empty when none can be read, which is an error then.</summary>
    internal ImmutableArray<TemplateProviderConfiguration> Read()
    {
        if (top.Tables(ListKey) is not { } entries)
            return ReadSingle() is { } single ? [single] : [];
        if (top.Has(Key))
        {
            string message = $"is given beside [[{ListKey}]]; keep the list, and make of this table an entry of it: "
                + $"[[{ListKey}]] with {TypeExample} and the same keys";
            top.Error(Key, message);
            return [];
        }

        if (entries.IsEmpty)
            top.Error(ListKey, $"is empty; it needs an entry with {TypeExample}");
        var providers = ImmutableArray.CreateBuilder<TemplateProviderConfiguration>(entries.Length);
        foreach (SectionReader entry in entries)
        {
            if (ReadEntry(entry) is not { } provider)
                continue;
            if (providers.FirstOrDefault(other => other.Name == provider.Name) is not null)
                entry.Error("type", $"is {provider.Name}, which is in the list before; remove one of the two");
            providers.Add(provider);
        }

        CheckNetworks(providers);
        return providers.Count == entries.Length ? providers.ToImmutable() : [];
    }

    private static TemplateProviderConfiguration? ReadEntry(SectionReader entry)
    {
        if (entry.Text("type") is not { } type)
        {
            if (!entry.Has("type"))
                entry.Missing("type", TypeExample);
            return null;
        }

        if (type.Equals(Sv2Tp, StringComparison.OrdinalIgnoreCase))
            return ReadSv2(entry);
        if (type.Equals(BitcoinCoreIpc, StringComparison.OrdinalIgnoreCase))
            return ReadIpc(entry);
        entry.Error("type", $"must be {Sv2Tp} or {BitcoinCoreIpc}");
        return null;
    }

    /// <summary>Providers that stand in for each other must be of one chain; over Sv2 that is not known before they answer.</summary>
    private void CheckNetworks(IEnumerable<TemplateProviderConfiguration> providers)
    {
        BitcoinNetwork[] networks =
            [.. providers.OfType<TemplateProviderConfiguration.BitcoinCoreIpc>().Select(static node => node.Network).Distinct()];
        if (networks.Length > 1)
            top.Error(ListKey, $"has nodes of several networks: {string.Join(", ", networks).ToLowerInvariant()}");
    }

    private TemplateProviderConfiguration? ReadSingle()
    {
        if (top.Section(Key) is not { } section)
        {
            if (!top.Has(Key))
                top.Missing(Key, $"[{Key}.{Sv2Tp}] with address = \"127.0.0.1:8442\", or one [[{ListKey}]] for each of several");
            return null;
        }

        TemplateProviderConfiguration? sv2 = section.Section(Sv2Tp) is { } sv2Section ? ReadSv2(sv2Section) : null;
        TemplateProviderConfiguration? ipc = section.Section(BitcoinCoreIpc) is { } ipcSection ? ReadIpc(ipcSection) : null;
        bool hasSv2 = section.Has(Sv2Tp);
        bool hasIpc = section.Has(BitcoinCoreIpc);
        if (hasSv2 && hasIpc)
        {
            top.Error(
                Key,
                $"has two variants; keep exactly one of [{Key}.{Sv2Tp}] and [{Key}.{BitcoinCoreIpc}], or write both as [[{ListKey}]]");
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
