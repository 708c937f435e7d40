using System.Globalization;
using System.Text;
using Testbed.Net;
using Testbed.Nodes;

namespace Testbed.Daemons;

/// <summary>One pool with its job declarator, as a job declarator client is configured for it.</summary>
public sealed record UpstreamAddress(int PoolPort, int DeclaratorPort, string AuthorityKeyText, string UserIdentity);

/// <summary>
/// The configuration of a job declarator client in the reference's file format, so that any of them can be started with it.
/// </summary>
public sealed record DaemonConfiguration
{
    /// <summary>FULLTEMPLATE, COINBASEONLY or SOLOMINING.</summary>
    public required string Mode { get; init; }

    /// <summary>Where miners connect; port 0 only in process.</summary>
    public int ListenPort { get; init; }

    /// <summary>What miners know it by.</summary>
    public required RoleKeys Keys { get; init; }

    /// <summary>The template provider's port.</summary>
    public required int ProviderPort { get; init; }

    /// <summary>The template provider's key; null does not check it.</summary>
    public string? ProviderKeyText { get; init; }

    /// <summary>The socket of the Bitcoin Core node that gives templates; null takes the template provider.</summary>
    public string? NodeSocket { get; init; }

    /// <summary>The network that node is said to be on.</summary>
    public string NodeNetwork { get; init; } = "regtest";

    /// <summary>Template providers after the first one; with any, all of them are listed as this repository's daemon knows it.</summary>
    public IReadOnlyList<(int Port, string? KeyText)> MoreProviders { get; init; } = [];

    /// <summary>Pools, best first.</summary>
    public IReadOnlyList<UpstreamAddress> Upstreams { get; init; } = [];

    public double SharesPerMinute { get; init; } = 60;

    public int ShareBatchSize { get; init; } = 1;

    /// <summary>Extensions it offers.</summary>
    public IReadOnlyList<int> SupportedExtensions { get; init; } = [];

    /// <summary>Where it serves status and metrics.</summary>
    public int? MonitorPort { get; init; }

    /// <summary>Where it keeps found blocks; a key of ours that others warn about.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The node that is sent whole blocks; tables of ours that others pass over.</summary>
    public Uri? Rpc { get; init; }

    /// <summary>Lines added as they are, before the first table.</summary>
    public string Extra { get; init; } = "";

    /// <summary>Tables added as they are, at the end.</summary>
    public string ExtraTables { get; init; } = "";

    /// <summary>The file's text.</summary>
    public string ToToml()
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line($"listening_address = \"127.0.0.1:{ListenPort}\"");
        Line($"authority_public_key = \"{Keys.PublicText}\"");
        Line($"authority_secret_key = \"{Keys.SecretText}\"");
        Line("cert_validity_sec = 3600");
        Line("min_supported_version = 2");
        Line("max_supported_version = 2");
        Line($"mode = \"{Mode}\"");
        Line("jdc_signature = \"Testbed\"");
        Line("coinbase_reward_script = \"raw(00145050505050505050505050505050505050505050)\"");
        Line(string.Create(CultureInfo.InvariantCulture, $"shares_per_minute = {SharesPerMinute:0.0##}"));
        Line($"share_batch_size = {ShareBatchSize}");
        Line($"supported_extensions = [{string.Join(", ", SupportedExtensions)}]");
        if (MonitorPort is { } port)
            Line($"monitoring_address = \"127.0.0.1:{port}\"");
        if (DataDirectory is { } directory)
            Line($"data_dir = '{directory}'");
        if (Extra.Length > 0)
            Line(Extra);
        if (Upstreams.Count == 0)
            Line("upstreams = []");
        foreach (UpstreamAddress upstream in Upstreams)
        {
            Line("[[upstreams]]");
            Line($"authority_pubkey = \"{upstream.AuthorityKeyText}\"");
            Line("pool_address = \"127.0.0.1\"");
            Line($"pool_port = {upstream.PoolPort}");
            Line("jds_address = \"127.0.0.1\"");
            Line($"jds_port = {upstream.DeclaratorPort}");
            Line($"user_identity = \"{upstream.UserIdentity}\"");
        }

        Provider(Line);
        foreach ((int providerPort, string? key) in MoreProviders)
            Sv2Provider(Line, isListed: true, providerPort, key);

        if (Rpc is not null)
        {
            Line("[[block_submit]]");
            Line($"url = \"{Rpc}\"");
            Line($"user = \"{RpcNode.User}\"");
            Line($"password = \"{RpcNode.Password}\"");
        }

        if (ExtraTables.Length > 0)
            Line(ExtraTables);
        return text.ToString();
    }

    private void Provider(Action<string> line)
    {
        bool isListed = MoreProviders.Count > 0;
        if (NodeSocket is not { } socket)
        {
            Sv2Provider(line, isListed, ProviderPort, ProviderKeyText);
            return;
        }

        line(isListed ? "[[template_providers]]" : "[template_provider_type.BitcoinCoreIpc]");
        if (isListed)
            line("type = \"BitcoinCoreIpc\"");
        line($"network = \"{NodeNetwork}\"");
        line($"socket_path = '{socket}'");
        line("min_interval = 1");
    }

    private static void Sv2Provider(Action<string> line, bool isListed, int port, string? keyText)
    {
        line(isListed ? "[[template_providers]]" : "[template_provider_type.Sv2Tp]");
        if (isListed)
            line("type = \"Sv2Tp\"");
        line($"address = \"127.0.0.1:{port}\"");
        if (keyText is not null)
            line($"public_key = \"{keyText}\"");
    }
}
