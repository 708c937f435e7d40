using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace JdClient.Configuration;

/// <summary>
/// Writes a configuration as TOML, every key with the value in effect, defaults included; secrets
/// as the text <c>(secret)</c>.
/// </summary>
public static class EffectiveConfiguration
{
    /// <summary>The text.</summary>
    public static string ToToml(JdcConfiguration configuration)
    {
        var toml = new StringBuilder();
        DownstreamConfiguration downstream = configuration.Downstream;
        Text(toml, "listening_address", downstream.ListeningAddress.ToString());
        Text(toml, "authority_public_key", downstream.Authority.PublicKey.ToString());
        Text(toml, "authority_secret_key", downstream.Authority.ToString());
        Number(toml, "cert_validity_sec", downstream.CertificateValidity.TotalSeconds);
        Number(toml, "min_supported_version", configuration.MinSupportedVersion);
        Number(toml, "max_supported_version", configuration.MaxSupportedVersion);
        Text(toml, "mode", configuration.Mode.ToString().ToUpperInvariant());
        Text(toml, "jdc_signature", configuration.MinerTag);
        Text(toml, "coinbase_reward_script", configuration.CoinbaseRewardScript.Text);
        toml.AppendLine(
            CultureInfo.InvariantCulture,
            $"# its script: {Convert.ToHexStringLower(configuration.CoinbaseRewardScript.ScriptPubKey.Span)}");
        Number(toml, "shares_per_minute", Math.Round(configuration.SharesPerMinute, 4));
        Number(toml, "share_batch_size", configuration.ShareBatchSize);
        Number(toml, "reserved_downstream_rollable_extranonce_size", configuration.RollableExtranonceSize);
        Extensions(toml, "supported_extensions", configuration.SupportedExtensions);
        Extensions(toml, "required_extensions", configuration.RequiredExtensions);
        Optional(toml, "log_file", configuration.Log.File);
        Text(toml, "log_level", LogLevels.Name(configuration.Log.Level));
        Optional(toml, "data_dir", configuration.DataDirectory);
        Optional(toml, "monitoring_address", configuration.Monitoring.Address?.ToString());
        Optional(toml, "monitoring_token", configuration.Monitoring.Token?.ToString());
        Number(toml, "monitoring_cache_refresh_secs", configuration.Monitoring.CacheRefresh.TotalSeconds);
        toml.AppendLine(
            CultureInfo.InvariantCulture, $"monitoring_worker_metrics = {(configuration.Monitoring.WorkerMetrics ? "true" : "false")}");

        Header(toml, "[downstream]");
        toml.AppendLine(CultureInfo.InvariantCulture, $"proxy_protocol = {(downstream.Proxies is null ? "false" : "true")}");
        string trusted = string.Join(", ", (downstream.Proxies?.Trusted ?? []).Select(network => Quote(network.ToString())));
        toml.AppendLine(CultureInfo.InvariantCulture, $"trusted_proxies = [{trusted}]");
        Header(toml, "[miner_telemetry]");
        string cidrs = string.Join(", ", configuration.MinerTelemetry.Cidrs.Select(cidr => Quote(cidr.ToString())));
        toml.AppendLine(CultureInfo.InvariantCulture, $"cidrs = [{cidrs}]");
        Number(toml, "port", configuration.MinerTelemetry.Port);
        Header(toml, "[limits]");
        Section(toml, OptionKeys.Limits, configuration.Limits);
        Section(toml, OptionKeys.CoreLimits, configuration.CoreLimits);
        Header(toml, "[fallback]");
        toml.AppendLine(CultureInfo.InvariantCulture, $"standby = {(configuration.Fallback.Standby ? "true" : "false")}");
        Section(toml, OptionKeys.Fallback, configuration.Fallback);
        Header(toml, "[deadlines]");
        Section(toml, OptionKeys.Deadlines, configuration.Deadlines);
        Header(toml, "[watchdog]");
        Section(toml, OptionKeys.Watchdog, configuration.Watchdog);
        Header(toml, "[block_journal]");
        Section(toml, OptionKeys.BlockJournal, configuration.BlockJournal);
        foreach (BlockSubmitConfiguration target in configuration.BlockSubmit)
            BlockSubmit(toml, target);
        foreach (UpstreamConfiguration upstream in configuration.Upstreams)
            Upstream(toml, upstream);
        foreach (TemplateProviderConfiguration provider in configuration.TemplateProviders)
            Provider(toml, provider);
        return toml.ToString();
    }

    private static void BlockSubmit(StringBuilder toml, BlockSubmitConfiguration target)
    {
        Header(toml, "[[block_submit]]");
        Text(toml, "url", target.Url.ToString());
        if (target.CookieFile is { } cookie)
        {
            Text(toml, "cookie_file", cookie);
        }
        else
        {
            Text(toml, "user", target.User ?? "");
            Text(toml, "password", target.Password?.ToString() ?? "");
        }

        Number(toml, "timeout_secs", target.Timeout.TotalSeconds);
    }

    private static void Upstream(StringBuilder toml, UpstreamConfiguration upstream)
    {
        Header(toml, "[[upstreams]]");
        Text(toml, "authority_pubkey", upstream.PoolAuthority.ToString());
        Text(toml, "jds_authority_pubkey", upstream.JobDeclaratorAuthority.ToString());
        Text(toml, "pool_address", upstream.Pool.Host);
        Number(toml, "pool_port", upstream.Pool.Port);
        Text(toml, "jds_address", upstream.JobDeclarator.Host);
        Number(toml, "jds_port", upstream.JobDeclarator.Port);
        Text(toml, "user_identity", upstream.UserIdentity);
    }

    private static void Provider(StringBuilder toml, TemplateProviderConfiguration provider)
    {
        Header(toml, "[[template_providers]]");
        switch (provider)
        {
            case TemplateProviderConfiguration.Sv2Tp sv2:
                Text(toml, "type", nameof(TemplateProviderConfiguration.Sv2Tp));
                Text(
                    toml,
                    "address",
                    sv2.Endpoint.Host.Contains(':', StringComparison.Ordinal) ? $"[{sv2.Endpoint.Host}]:{sv2.Endpoint.Port}" : sv2.Name);
                Optional(toml, "public_key", sv2.Authority?.ToString());
                toml.AppendLine(CultureInfo.InvariantCulture, $"allow_unverified = {(sv2.Authority is null ? "true" : "false")}");
                toml.AppendLine(CultureInfo.InvariantCulture, $"unencrypted = {(sv2.Unencrypted ? "true" : "false")}");
                break;
            case TemplateProviderConfiguration.BitcoinCoreIpc ipc:
                Text(toml, "type", nameof(TemplateProviderConfiguration.BitcoinCoreIpc));
                if (ipc.Version is { } version)
                    Number(toml, "version", version);
                Text(toml, "network", ipc.Network.ToString().ToLowerInvariant());
                Optional(toml, "data_dir", ipc.DataDirectory);
                Optional(toml, "socket_path", ipc.SocketPath);
                Number(toml, "fee_threshold", ipc.FeeThreshold);
                Number(toml, "min_interval", ipc.MinInterval.TotalSeconds);
                break;
        }
    }

    private static void Section<T>(StringBuilder toml, IReadOnlyList<OptionKey<T>> keys, T options)
    {
        foreach (OptionKey<T> key in keys)
            Number(toml, key.Key, key.Get(options));
    }

    private static void Header(StringBuilder toml, string header) => toml.AppendLine().AppendLine(header);

    private static void Text(StringBuilder toml, string key, string value) =>
        toml.AppendLine(CultureInfo.InvariantCulture, $"{key} = {Quote(value)}");

    private static void Number(StringBuilder toml, string key, double value) =>
        toml.AppendLine(CultureInfo.InvariantCulture, $"{key} = {value}");

    private static void Optional(StringBuilder toml, string key, string? value)
    {
        if (value is null)
            toml.AppendLine(CultureInfo.InvariantCulture, $"# {key} is not set");
        else
            Text(toml, key, value);
    }

    private static void Extensions(StringBuilder toml, string key, ImmutableArray<ushort> values) =>
        toml.AppendLine(CultureInfo.InvariantCulture, $"{key} = [{string.Join(", ", values.Select(value => $"0x{value:x4}"))}]");

    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
