using System.Net;
using JdClient.Configuration;
using JdClient.Core;
using Microsoft.Extensions.Logging;
using TestSupport;

namespace JdClient.Tests.Configuration;

public sealed class ConfigurationLoadTests
{
    public static TheoryData<string> Examples =>
    [
        "jdc-config-hosted-infra-example.toml",
        "jdc-config-local-infra-example.toml",
        "jdc-config-solo-mining-example.toml",
        "jdc-config-bitcoin-core-ipc-hosted-infra-example.toml",
        "jdc-config-bitcoin-core-ipc-local-infra-example.toml",
    ];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Each_example_is_valid(string file)
    {
        ConfigurationResult result = ConfigurationLoader.Load(Path.Combine(ExampleDirectory(), file), ConfigText.NoVariables);

        string[] errors = [.. result.Problems.Where(p => p.Severity == ConfigSeverity.Error).Select(p => p.Key)];
        Assert.Empty(errors);
        Assert.DoesNotContain(result.Problems, p => p.Message.Contains("not known", StringComparison.Ordinal));
    }

    [Fact]
    public void The_references_keys_are_read_without_a_warning()
    {
        ConfigurationResult result = ConfigText.Read(ConfigText.Whole);
        JdcConfiguration configuration = ConfigText.Valid(result);

        Assert.Empty(result.Problems);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 34265), configuration.Downstream.ListeningAddress);
        Assert.Equal(TimeSpan.FromHours(1), configuration.Downstream.CertificateValidity);
        Assert.Equal(ConfigText.ExamplePublic, configuration.Downstream.Authority.PublicKey.ToString());
        Assert.Equal(MiningMode.FullTemplate, configuration.Mode);
        Assert.Equal("Sv2MinerSignature", configuration.MinerTag);
        Assert.Equal(6f, configuration.SharesPerMinute);
        Assert.Equal(10u, configuration.ShareBatchSize);
        Assert.Equal(8, configuration.RollableExtranonceSize);
        Assert.Equal([(ushort)2], configuration.SupportedExtensions.AsEnumerable());
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 9091), configuration.Monitoring.Address);
        Assert.Equal("192.168.1.0/24", Assert.Single(configuration.MinerTelemetry.Cidrs).ToString());
        UpstreamConfiguration upstream = Assert.Single(configuration.Upstreams);
        Assert.Equal(new PeerEndpoint("127.0.0.1", 33333), upstream.Pool);
        Assert.Equal(new PeerEndpoint("127.0.0.1", 33334), upstream.JobDeclarator);
        Assert.Equal(upstream.PoolAuthority, upstream.JobDeclaratorAuthority);
        Assert.Equal("farm.1", upstream.UserIdentity);
        var provider = Assert.IsType<TemplateProviderConfiguration.Sv2Tp>(Assert.Single(configuration.TemplateProviders));
        Assert.Equal(new PeerEndpoint("127.0.0.1", 38442), provider.Endpoint);
        Assert.Null(provider.Authority);
        Assert.Equal(22, configuration.CoinbaseRewardScript.ScriptPubKey.Length);
        Assert.Equal("/etc/jdc/jdc-data", configuration.DataDirectory);
    }

    [Fact]
    public void The_references_solo_example_needs_nothing_but_a_loopback_address()
    {
        const string Text = """
            listening_address = "127.0.0.1:34265"
            max_supported_version = 2
            min_supported_version = 2
            authority_public_key = "9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72"
            authority_secret_key = "mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n"
            cert_validity_sec = 3600
            shares_per_minute = 6.0
            share_batch_size = 10
            # reserved_downstream_rollable_extranonce_size = 8
            mode = "SOLOMINING"
            jdc_signature = "Sv2SoloMiner"
            coinbase_reward_script = "addr(bc1q9f9vj7spn8h7qda6pn8d4g4j99f0mn9lhwz55j)"
            upstreams = []
            [miner_telemetry]
            cidrs = ["192.168.1.0/24"]
            [template_provider_type.Sv2Tp]
            address = "127.0.0.1:8442"
            """;

        ConfigurationResult result = ConfigText.Read(Text);

        Assert.Empty(result.Problems);
        Assert.Empty(ConfigText.Valid(result).Upstreams);
    }

    [Fact]
    public void Older_spellings_work()
    {
        string text = ConfigText.With(
            "listening_address", "downstream_address = \"127.0.0.1\"\ndownstream_port = 34255\nmin_extranonce2_size = 4");

        JdcConfiguration configuration = ConfigText.Valid(ConfigText.Read(text));

        Assert.Equal(34255, configuration.Downstream.ListeningAddress.Port);
        Assert.Equal(4, configuration.RollableExtranonceSize);
    }

    [Fact]
    public void An_older_spelling_beside_the_present_one_is_an_error()
    {
        string text = ConfigText.With(
            "mode", "downstream_port = 1\nmin_extranonce2_size = 4\nreserved_downstream_rollable_extranonce_size = 8");

        string[] keys = [.. ConfigText.Read(text).Problems.Where(p => p.Severity == ConfigSeverity.Error).Select(p => p.Key)];

        Assert.Equal(["downstream_port", "min_extranonce2_size"], keys);
    }

    [Fact]
    public void The_job_declarator_may_have_its_own_authority()
    {
        string text = ConfigText.With("user_identity", $"user_identity = \"\"\njds_authority_pubkey = \"{ConfigText.OtherPublic}\"");

        UpstreamConfiguration upstream = Assert.Single(ConfigText.Valid(ConfigText.Read(text)).Upstreams);

        Assert.Equal(ConfigText.OtherPublic, upstream.JobDeclaratorAuthority.ToString());
        Assert.Equal(ConfigText.ExamplePublic, upstream.PoolAuthority.ToString());
        Assert.Equal("", upstream.UserIdentity);
    }

    [Fact]
    public void Sections_change_only_what_they_name()
    {
        JdcConfiguration configuration = ConfigText.Valid(ConfigText.Read(
            ConfigText.Whole
            + "\n[limits]\nmax_connections = 7\ntoken_stock = 5\nreissue_factor = 2.5\n"
            + "[fallback]\nstandby = false\nstability_secs = 1.5\nstale_limit_secs = 7\n[deadlines]\nsetup_secs = 3\n"));

        Assert.Equal(new LimitConfiguration { MaxConnections = 7 }, configuration.Limits);
        Assert.Equal(new CoreLimits { TokenStock = 5, ReissueFactor = 2.5 }, configuration.CoreLimits);
        Assert.Equal(
            new FallbackOptions { Standby = false, StabilityTime = TimeSpan.FromSeconds(1.5), StaleLimit = TimeSpan.FromSeconds(7) },
            configuration.Fallback);
        Assert.Equal(new DeadlineOptions { Setup = TimeSpan.FromSeconds(3) }, configuration.Deadlines);
    }

    [Theory]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData("jd_client=trace,warn", LogLevel.Warning)]
    [InlineData("jd_client=trace", LogLevel.Trace)]
    [InlineData("nonsense", LogLevel.Information)]
    [InlineData("off", LogLevel.None)]
    public void RUST_LOG_sets_the_level(string value, LogLevel level)
    {
        var variables = new Dictionary<string, string> { ["RUST_LOG"] = value };

        Assert.Equal(level, ConfigText.Valid(ConfigText.Read(ConfigText.Whole, variables)).Log.Level);
    }

    [Fact]
    public void Paths_take_home_and_variables()
    {
        var variables = new Dictionary<string, string> { ["HOME"] = "/home/m", ["SITE"] = "north", ["RUST_LOG"] = "error" };
        string text = ConfigText.With(
            "mode", "log_file = \"~/$SITE/${SITE}_$UNSET.log\"\nlog_level = \"debug\"\ndata_dir = \"$HOME/data\"");

        JdcConfiguration configuration = ConfigText.Valid(ConfigText.Read(text, variables));

        Assert.Equal("/home/m/north/north_$UNSET.log", configuration.Log.File);
        Assert.Equal(LogLevel.Debug, configuration.Log.Level);
        Assert.Equal("/home/m/data", configuration.DataDirectory);
    }

    [Fact]
    public void Systemds_state_directory_is_the_default_place_of_data()
    {
        var variables = new Dictionary<string, string> { ["STATE_DIRECTORY"] = "/var/lib/jdc" };

        Assert.Equal("/var/lib/jdc", ConfigText.Valid(ConfigText.Read(ConfigText.Whole, variables)).DataDirectory);
    }

    [Fact]
    public void Trusted_proxies_are_addresses_and_networks_and_count_only_when_they_are_asked_for()
    {
        const string trusted = "trusted_proxies = [\"10.1.2.3/8\", \"192.0.2.7\", \"2001:db8::7\"]\n";
        JdcConfiguration on = ConfigText.Valid(ConfigText.Read(
            ConfigText.Whole + "\n[downstream]\nproxy_protocol = true\n" + trusted));
        ConfigurationResult off = ConfigText.Read(ConfigText.Whole + "\n[downstream]\n" + trusted);

        ProxyConfiguration proxies = on.Downstream.Proxies!;
        Assert.Equal(
            [true, true, true, false, true, false],
            new[] { "10.255.0.1", "::ffff:10.0.0.1", "192.0.2.7", "192.0.2.8", "2001:db8::7", "2001:db8::8" }
                .Select(address => proxies.Trusts(System.Net.IPAddress.Parse(address))));
        Assert.Null(ConfigText.Valid(off).Downstream.Proxies);
        Assert.Contains(off.Problems, problem => problem.ToString().Contains("no effect without proxy_protocol", StringComparison.Ordinal));
        string printed = EffectiveConfiguration.ToToml(on).Replace("(secret)", ConfigText.ExampleSecret, StringComparison.Ordinal);
        Assert.Equal(proxies.Trusted, ConfigText.Valid(ConfigText.Read(printed)).Downstream.Proxies!.Trusted);
    }

    [Fact]
    public void What_check_config_prints_can_be_read_again_but_for_the_secret()
    {
        JdcConfiguration before = ConfigText.Valid(ConfigText.Read(
            ConfigText.Whole.Replace("farm.1", "fa\\\"rm\\\\1", StringComparison.Ordinal)
            + "\n[limits]\nmax_connections = 7\n[fallback]\nstandby = false\nhead_start_secs = 0.5\n"));

        string printed = EffectiveConfiguration.ToToml(before);
        Assert.DoesNotContain(ConfigText.ExampleSecret, printed, StringComparison.Ordinal);
        ConfigurationResult again = ConfigText.Read(printed.Replace("(secret)", ConfigText.ExampleSecret, StringComparison.Ordinal));

        JdcConfiguration after = ConfigText.Valid(again);
        Assert.Empty(again.Problems);
        Assert.Equal(printed, EffectiveConfiguration.ToToml(after));
        Assert.Equal(7, after.Limits.MaxConnections);
        Assert.Equal("fa\"rm\\1", after.Upstreams[0].UserIdentity);
    }

    [Fact]
    public void A_secret_does_not_print_itself_through_the_configuration()
    {
        JdcConfiguration configuration = ConfigText.Valid(ConfigText.Read(ConfigText.Whole));

        Assert.DoesNotContain(ConfigText.ExampleSecret, configuration.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(ConfigText.ExampleSecret, configuration.Downstream.ToString(), StringComparison.Ordinal);
    }

    private static string ExampleDirectory() => Path.Combine(Repository.Path, "config-examples");
}
