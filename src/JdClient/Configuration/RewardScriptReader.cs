using System.Collections.Immutable;
using Bitcoin;

namespace JdClient.Configuration;

/// <summary>Reads <c>coinbase_reward_script</c>: an output descriptor, or the older table of type and value.</summary>
internal sealed class RewardScriptReader(SectionReader top)
{
    private const string Key = "coinbase_reward_script";
    private const string Example = "coinbase_reward_script = \"addr(bc1…)\"";
    private const string TypeKey = "output_script_type";
    private const string ValueKey = "output_script_value";

    internal RewardScript? Read(ImmutableArray<TemplateProviderConfiguration> providers)
    {
        switch (top.Find(Key))
        {
            case null:
                top.Missing(Key, Example);
                return null;
            case ConfigNode.Table:
                return top.Section(Key) is { } section ? ReadTable(section) : null;
            default:
                return top.Text(Key) is { } text ? ReadDescriptor(text.Trim(), providers) : null;
        }
    }

    private RewardScript? ReadDescriptor(string text, ImmutableArray<TemplateProviderConfiguration> providers)
    {
        if (!OutputDescriptor.TryParse(text, out OutputDescriptor? descriptor, out FormatError error))
        {
            string hint = Address.TryParse(text, out _, out _) ? $"; an address stands in addr(): write \"addr({text})\"" : "";
            top.Error(Key, $"is not an output descriptor: {error}{hint}");
            return null;
        }

        if (descriptor.Warning is { } warning)
            top.Warn(Key, warning);
        if (descriptor.Networks is { } networks)
        {
            // The first that it does not fit is told, the others are of the same chain.
            _ = providers.Any(provider => !CheckNetwork(networks, provider));
        }

        return new RewardScript(descriptor.ToString(), descriptor.Script.Memory);
    }

    /// <summary>An address of another chain is paid all the same, but nobody holds its key there.</summary>
    private bool CheckNetwork(BitcoinNetworks networks, TemplateProviderConfiguration provider)
    {
        switch (provider)
        {
            case TemplateProviderConfiguration.BitcoinCoreIpc ipc when (networks & NetworkOf(ipc.Network)) == 0:
                top.Error(Key, $"is not of {ipc.Network.ToString().ToLowerInvariant()}, the network of template provider {ipc.Name}");
                return false;
            case TemplateProviderConfiguration.Sv2Tp sv2 when NetworkOfPort(sv2.Endpoint.Port) is { } network && (networks & network) == 0:
                top.Warn(
                    Key,
                    $"is not of {network.ToString().ToLowerInvariant()}, which the template provider's port {sv2.Endpoint.Port} suggests");
                return false;
            default:
                return true;
        }
    }

    private static BitcoinNetworks NetworkOf(BitcoinNetwork network) => network switch
    {
        BitcoinNetwork.Mainnet => BitcoinNetworks.Mainnet,
        BitcoinNetwork.Testnet4 => BitcoinNetworks.Testnet,
        BitcoinNetwork.Signet => BitcoinNetworks.Signet,
        _ => BitcoinNetworks.Regtest,
    };

    /// <summary>The default ports of sv2-tp.</summary>
    private static BitcoinNetworks? NetworkOfPort(ushort port) => port switch
    {
        8442 => BitcoinNetworks.Mainnet,
        18442 or 48442 => BitcoinNetworks.Testnet,
        38442 => BitcoinNetworks.Signet,
        18447 => BitcoinNetworks.Regtest,
        _ => null,
    };

    private static RewardScript? ReadTable(SectionReader section)
    {
        string? type = section.Text(TypeKey);
        string? value = section.Text(ValueKey);
        if (!section.Has(TypeKey))
            section.Missing(TypeKey, $"{TypeKey} = \"P2WPKH\"");
        if (!section.Has(ValueKey))
            section.Missing(ValueKey, $"{ValueKey} = \"02…\", a public key in hex");
        if (type is null || value is null)
            return null;
        if (!OutputDescriptor.TryParseTable(type, value, out OutputDescriptor? descriptor, out FormatError error))
        {
            section.Error(ValueKey, $"{error.Reason}; simpler is {Example}");
            return null;
        }

        return new RewardScript(descriptor.ToString(), descriptor.Script.Memory);
    }
}
