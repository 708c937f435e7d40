using System.Collections.Immutable;
using System.Net;
using System.Text;
using Bitcoin;
using JdClient.Core;

namespace JdClient.Configuration;

/// <summary>Reads the top-level keys and the sections, and checks what concerns several of them.</summary>
internal sealed partial class RootReader(SectionReader top, IReadOnlyDictionary<string, string> environment, string directory)
{
    private const ushort ProtocolVersion = 2;

    /// <summary>Beyond it a certificate's end no longer fits its 32-bit field.</summary>
    private const long MaxCertificateValidity = 2_000_000_000;

    /// <summary>The configuration; null where a part of it is not readable. Everything is looked at in any case.</summary>
    internal JdcConfiguration? Read()
    {
        IPEndPoint? listening = ReadListeningAddress();
        AuthoritySecretKey? authority = ReadAuthority(listening);
        ProxyConfiguration? proxies = ReadProxies();
        long? validity = Required(
            top.Integer("cert_validity_sec", 1, MaxCertificateValidity), "cert_validity_sec", "cert_validity_sec = 3600");
        (ushort minVersion, ushort maxVersion) = ReadVersions();
        MiningMode? mode = ReadMode();
        ImmutableArray<UpstreamConfiguration> upstreams = ReadUpstreams(mode);
        ImmutableArray<TemplateProviderConfiguration> providers = new TemplateProviderReader(top).Read();
        RewardScript? reward = new RewardScriptReader(top).Read(providers);
        string? tag = ReadMinerTag();
        double? sharesPerMinute = Required(top.Number("shares_per_minute", 0.1, 6000), "shares_per_minute", "shares_per_minute = 6.0");
        long? batch = Required(top.Integer("share_batch_size", 1, 1_000_000), "share_batch_size", "share_batch_size = 10");
        int rollable = ReadRollableSize();
        (ImmutableArray<ushort> supported, ImmutableArray<ushort> required) = ReadExtensions();
        MonitoringConfiguration monitoring = ReadMonitoring(listening);
        MinerTelemetryConfiguration telemetry = ReadMinerTelemetry();
        LogConfiguration log = ReadLog();
        string dataDirectory = ReadDataDirectory();
        ImmutableArray<BlockSubmitConfiguration> blockSubmit = ReadBlockSubmit();
        BlockJournalConfiguration blockJournal = ReadBlockJournal();
        (LimitConfiguration limits, CoreLimits coreLimits) = ReadLimits();
        FallbackOptions fallback = ReadFallback();
        DeadlineOptions deadlines = top.Section("deadlines")?.Read(OptionKeys.Deadlines, new DeadlineOptions()) ?? new();
        WatchdogConfiguration watchdog = top.Section("watchdog")?.Read(OptionKeys.Watchdog, new WatchdogConfiguration()) ?? new();

        if (listening is null || authority is null || validity is null || mode is null || providers.IsEmpty || reward is null
            || tag is null || sharesPerMinute is null || batch is null)
            return null;
        return new JdcConfiguration
        {
            Downstream = new DownstreamConfiguration
            {
                ListeningAddress = listening,
                Authority = authority,
                CertificateValidity = TimeSpan.FromSeconds(validity.Value),
                Proxies = proxies,
            },
            TemplateProviders = providers,
            Upstreams = upstreams,
            Mode = mode.Value,
            CoinbaseRewardScript = reward,
            MinerTag = tag,
            SharesPerMinute = (float)sharesPerMinute.Value,
            ShareBatchSize = (uint)batch.Value,
            RollableExtranonceSize = rollable,
            SupportedExtensions = supported,
            RequiredExtensions = required,
            MinSupportedVersion = minVersion,
            MaxSupportedVersion = maxVersion,
            Log = log,
            DataDirectory = dataDirectory,
            BlockSubmit = blockSubmit,
            BlockJournal = blockJournal,
            Monitoring = monitoring,
            MinerTelemetry = telemetry,
            Limits = limits,
            CoreLimits = coreLimits,
            Fallback = fallback,
            Deadlines = deadlines,
            Watchdog = watchdog,
        };
    }

    private T? Required<T>(T? value, string key, string example)
        where T : struct
    {
        if (value is null && !top.Has(key))
            top.Missing(key, example);
        return value;
    }

    private string? RequiredText(string key, string example)
    {
        string? value = top.Text(key);
        if (value is null && !top.Has(key))
            top.Missing(key, example);
        return value;
    }

    private (ushort Min, ushort Max) ReadVersions()
    {
        long? min = Required(
            top.Integer("min_supported_version", 0, ushort.MaxValue), "min_supported_version", "min_supported_version = 2");
        long? max = Required(
            top.Integer("max_supported_version", 0, ushort.MaxValue), "max_supported_version", "max_supported_version = 2");
        if (min > ProtocolVersion)
            top.Error("min_supported_version", $"is {min}; the protocol's version is {ProtocolVersion}, so it must be at most that");
        if (max < ProtocolVersion)
            top.Error("max_supported_version", $"is {max}; the protocol's version is {ProtocolVersion}, so it must be at least that");
        return ((ushort)(min ?? ProtocolVersion), (ushort)(max ?? ProtocolVersion));
    }

    private MiningMode? ReadMode()
    {
        string[] names = ["FULLTEMPLATE", "COINBASEONLY", "SOLOMINING"];
        if (top.Text("mode") is not { } text)
            return top.Has("mode") ? null : MiningMode.FullTemplate;
        int index = Array.FindIndex(names, name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
        if (index >= 0)
            return (MiningMode)index;
        string hint = NearestKey.Of(text, names) is { } nearest ? $" (did you mean {nearest}?)" : "";
        top.Error("mode", $"must be FULLTEMPLATE, COINBASEONLY or SOLOMINING{hint}");
        return null;
    }

    private string? ReadMinerTag()
    {
        if (RequiredText("jdc_signature", "jdc_signature = \"MyFarm\"") is not { } tag)
            return null;
        int length = Encoding.UTF8.GetByteCount(tag);
        if (length > JdcConfiguration.MaxMinerTagLength)
        {
            string message = $"is {length} bytes long; a coinbase has room for {JdcConfiguration.MaxMinerTagLength} "
                + "beside height, pool and extranonce";
            top.Error("jdc_signature", message);
        }

        return tag;
    }

    private int ReadRollableSize()
    {
        const string key = "reserved_downstream_rollable_extranonce_size";
        return (int)(top.Integer(key, 1, JdcConfiguration.MaxRollableExtranonceSize, older: "min_extranonce2_size") ?? 8);
    }

    private (ImmutableArray<ushort> Supported, ImmutableArray<ushort> Required) ReadExtensions()
    {
        ImmutableArray<ushort> supported = top.Numbers16("supported_extensions");
        ImmutableArray<ushort> required = top.Numbers16("required_extensions");
        foreach (ushort extension in required.Except(supported))
            top.Error("required_extensions", $"requires 0x{extension:x4}, which supported_extensions does not hold; add it there");
        foreach (ushort extension in supported.Where(extension => extension != Sv2.Protocol.ExtensionTypes.WorkerHashrateTracking))
        {
            if (required.Contains(extension))
                top.Error("required_extensions", $"0x{extension:x4} is not implemented here; only 0x0002 (worker identity) is");
            else
                top.Warn(
                    "supported_extensions", $"0x{extension:x4} is not implemented here and is left out; only 0x0002 (worker identity) is");
        }

        return ([.. supported.Where(extension => extension == Sv2.Protocol.ExtensionTypes.WorkerHashrateTracking)], required);
    }

    private (LimitConfiguration Daemon, CoreLimits Core) ReadLimits()
    {
        if (top.Section("limits") is not { } section)
            return (new(), new());
        LimitConfiguration limits = section.Read(OptionKeys.Limits, new LimitConfiguration());
        return (limits, section.Read(OptionKeys.CoreLimits, new CoreLimits()));
    }

    private FallbackOptions ReadFallback()
    {
        if (top.Section("fallback") is not { } section)
            return new();
        var options = new FallbackOptions();
        options = section.Read(OptionKeys.Fallback, options with { Standby = section.Flag("standby") ?? options.Standby });
        Ordered("unreachable", options.UnreachableBase, options.UnreachableMax);
        Ordered("refuses", options.RefusesBase, options.RefusesMax);
        Ordered("misbehaves", options.MisbehavesBase, options.MisbehavesMax);
        Ordered("refusal_retry", options.RefusalRetryBase, options.RefusalRetryMax);
        if (options.StabilityTime > options.StabilityMax)
        {
            section.Error(
                "stability_secs",
                $"is {options.StabilityTime.TotalSeconds} s, more than stability_max_secs ({options.StabilityMax.TotalSeconds} s)");
        }

        Ordered("provider", options.ProviderBase, options.ProviderMax);
        return options;

        void Ordered(string name, TimeSpan first, TimeSpan last)
        {
            if (first > last)
                section.Error(
                    $"{name}_base_secs",
                    $"is {first.TotalSeconds} s, more than {name}_max_secs ({last.TotalSeconds} s); the first pause is the shortest");
        }
    }
}
