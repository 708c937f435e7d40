using JdClient.Configuration;

namespace JdClient.Tests.Configuration;

public sealed class ConfigurationErrorTests
{
    /// <summary>Key, the line that replaces its own, the full key that the error must name, a word of what would be right.</summary>
    public static TheoryData<string, string, string, string> Wrong => new()
    {
        { "listening_address", "", "listening_address", "is missing" },
        { "listening_address", "listening_address = \"127.0.0.1\"", "listening_address", "and a port" },
        { "listening_address", "listening_address = \"localhost:34265\"", "listening_address", "IP address" },
        { "listening_address", "listening_address = \"::1\"", "listening_address", "brackets" },
        { "listening_address", "listening_address = \"127.0.0.1:9091\"", "monitoring_address", "needs its own" },
        { "authority_public_key", "", "authority_public_key", "keygen" },
        { "authority_public_key", $"authority_public_key = \"{ConfigText.OtherPublic}\"", "authority_public_key", "does not belong" },
        {
            "authority_public_key", "authority_public_key = \"9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH7Z\"",
            "authority_public_key", "checksum"
        },
        { "authority_public_key", $"authority_public_key = \"{ConfigText.ExampleSecret}\"", "authority_public_key", "secret key" },
        { "authority_secret_key", "", "authority_secret_key", "keygen" },
        { "authority_secret_key", "authority_secret_key = 7", "authority_secret_key", "not an authority secret key" },
        { "cert_validity_sec", "cert_validity_sec = 0", "cert_validity_sec", "from 1" },
        { "cert_validity_sec", "cert_validity_sec = -5", "cert_validity_sec", "from 1" },
        { "cert_validity_sec", "cert_validity_sec = 1979-05-27", "cert_validity_sec", "integer" },
        { "shares_per_minute", "shares_per_minute = 0", "shares_per_minute", "from 0.1" },
        { "shares_per_minute", "shares_per_minute = -6.0", "shares_per_minute", "from 0.1" },
        { "shares_per_minute", "shares_per_minute = nan", "shares_per_minute", "from 0.1" },
        { "shares_per_minute", "shares_per_minute = inf", "shares_per_minute", "from 0.1" },
        { "shares_per_minute", "", "shares_per_minute", "is missing" },
        { "share_batch_size", "share_batch_size = 0", "share_batch_size", "from 1" },
        { "share_batch_size", "share_batch_size = 1.5", "share_batch_size", "integer" },
        { "mode", "mode = \"FULLTEMPLATES\"", "mode", "did you mean FULLTEMPLATE?" },
        { "min_supported_version", "min_supported_version = 3", "min_supported_version", "at most" },
        { "max_supported_version", "max_supported_version = 1", "max_supported_version", "at least" },
        {
            "jdc_signature", "jdc_signature = \"123456789012345678901234567890123456789012345678901234567890\"",
            "jdc_signature", "room for 52"
        },
        { "jdc_signature", "jdc_signature = \"ääääääääääääääääääääääääääb\"", "jdc_signature", "room for 52" },
        {
            "coinbase_reward_script", "coinbase_reward_script = \"bc1q9f9vj7spn8h7qda6pn8d4g4j99f0mn9lhwz55j\"",
            "coinbase_reward_script", "addr("
        },
        {
            "coinbase_reward_script", "coinbase_reward_script = \"addr(bc1q9f9vj7spn8h7qda6pn8d4g4j99f0mn9lhwz55k)\"",
            "coinbase_reward_script", "not an output descriptor"
        },
        { "coinbase_reward_script", "coinbase_reward_script = \"\"", "coinbase_reward_script", "not an output descriptor" },
        {
            "coinbase_reward_script", "coinbase_reward_script = { output_script_type = \"P2XX\", output_script_value = \"00\" }",
            "coinbase_reward_script.output_script_value", "P2WPKH"
        },
        { "monitoring_address", "monitoring_address = \"0.0.0.0\"", "monitoring_address", "port" },
        { "monitoring_cache_refresh_secs", "monitoring_cache_refresh_secs = 0", "monitoring_cache_refresh_secs", "from 1" },
        { "cidrs", "cidrs = [\"8.8.8.0/24\"]", "miner_telemetry.cidrs", "private" },
        { "cidrs", "cidrs = [\"10.0.0.0/8\"]", "miner_telemetry.cidrs", "/24" },
        {
            "[miner_telemetry]", "[downstream]\nproxy_protocol = true\n[miner_telemetry]", "downstream.trusted_proxies",
            "whose connection it passes on"
        },
        {
            "[miner_telemetry]", "[downstream]\nproxy_protocol = true\ntrusted_proxies = []\n[miner_telemetry]",
            "downstream.trusted_proxies", "nobody could connect"
        },
        {
            "[miner_telemetry]", "[downstream]\nproxy_protocol = true\ntrusted_proxies = [\"lb.example\"]\n[miner_telemetry]",
            "downstream.trusted_proxies", "neither an address nor a network"
        },
        {
            "cidrs",
            $"cidrs = [{string.Join(", ", Enumerable.Range(0, 65).Select(static i => $"\"10.0.{i}.0/24\""))}]",
            "miner_telemetry.cidrs",
            "at most 64"
        },
        { "cidrs", "cidrs = []\nport = 0", "miner_telemetry.port", "from 1" },
        { "cidrs", "cidrs = [7]", "miner_telemetry.cidrs", "text" },
        { "authority_pubkey", "authority_pubkey = \"x\"", "upstreams[0].authority_pubkey", "not an authority public key" },
        { "pool_address", "pool_address = \"127.0.0.1:33333\"", "upstreams[0].pool_address", "pool_port" },
        { "pool_address", "pool_address = \"stratum2+tcp://pool\"", "upstreams[0].pool_address", "URL" },
        { "pool_port", "pool_port = 0", "upstreams[0].pool_port", "from 1" },
        { "jds_port", "jds_port = 70000", "upstreams[0].jds_port", "65535" },
        { "user_identity", "", "upstreams[0].user_identity", "is missing" },
        { "address", "address = \"127.0.0.1\"", "template_provider_type.Sv2Tp.address", "host:port" },
        { "address", "address = \"tp.example.com:8442\"", "template_provider_type.Sv2Tp.public_key", "allow_unverified" },
        {
            "address", "address = \"tp.example.com:8442\"\nallow_unverified = true\nunencrypted = true",
            "template_provider_type.Sv2Tp.unencrypted", "this host"
        },
        { "supported_extensions", "supported_extensions = [70000,", "supported_extensions", "0xffff" },
        { "mode", "required_extensions = [0x0009]", "required_extensions", "supported_extensions" },
        { "mode", "reserved_downstream_rollable_extranonce_size = 31", "reserved_downstream_rollable_extranonce_size", "to 26" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_refused_with_its_key_its_line_and_what_would_be_right(string key, string line, string named, string hint)
    {
        ConfigurationResult result = ConfigText.Read(ConfigText.With(key, line));

        Assert.Null(result.Configuration);
        ConfigProblem problem = Assert.Single(result.Problems, problem => problem.Severity == ConfigSeverity.Error);
        Assert.Equal(named, problem.Key);
        Assert.Contains(hint, problem.Message, StringComparison.Ordinal);
        Assert.Equal("test.toml", problem.Origin.Source);
    }

    [Fact]
    public void All_errors_are_listed_at_once_each_with_its_line()
    {
        string text = ConfigText.Whole
            .Replace("cert_validity_sec = 3600", "cert_validity_sec = 0", StringComparison.Ordinal)
            .Replace("share_batch_size = 10", "share_batch_size = 0", StringComparison.Ordinal)
            .Replace("pool_port = 33333", "pool_port = \"many\"", StringComparison.Ordinal)
            .Replace("\"127.0.0.1:38442\"", "\"nowhere\"", StringComparison.Ordinal);

        ConfigProblem[] errors = [.. ConfigText.Read(text).Problems.Where(problem => problem.Severity == ConfigSeverity.Error)];

        Assert.Equal(
            ["cert_validity_sec", "share_batch_size", "upstreams[0].pool_port", "template_provider_type.Sv2Tp.address"],
            errors.Select(error => error.Key));
        string[] lines = text.Split('\n');
        Assert.All(errors, error => Assert.StartsWith(
            error.Key.Split('.')[^1], lines[error.Origin.Line!.Value - 1], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.0.0.0:34265", false)]
    [InlineData("192.168.1.2:34265", false)]
    [InlineData("[::]:34265", false)]
    [InlineData("127.0.0.1:34265", true)]
    [InlineData("[::1]:34265", true)]
    public void The_example_key_pair_is_only_taken_on_loopback(string address, bool accepted)
    {
        ConfigurationResult result = ConfigText.Read(ConfigText.With("listening_address", $"listening_address = \"{address}\""));

        Assert.Equal(accepted, result.Configuration is not null);
        if (!accepted)
            Assert.Equal("authority_secret_key", Assert.Single(result.Problems, p => p.Severity == ConfigSeverity.Error).Key);
    }

    [Fact]
    public void The_second_published_pair_is_refused_off_loopback_too()
    {
        string text = ConfigText.With("listening_address", "listening_address = \"0.0.0.0:34265\"")
            .Replace(
                $"authority_public_key = \"{ConfigText.ExamplePublic}\"",
                $"authority_public_key = \"{ConfigText.OtherPublic}\"",
                StringComparison.Ordinal)
            .Replace(ConfigText.ExampleSecret, "zmBEmPhqo3A92FkiLVvyCz6htc3e53ph3ZbD4ASqGaLjwnFLi", StringComparison.Ordinal);

        ConfigProblem error = Assert.Single(ConfigText.Read(text).Problems, p => p.Severity == ConfigSeverity.Error);

        Assert.Equal("authority_secret_key", error.Key);
        Assert.Contains("everybody knows", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("authority_secret_key = mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n")]
    [InlineData("authority_secret_key = \"mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2")]
    [InlineData("authority_secret_key = \"mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2m\"")]
    [InlineData("authority_secret_key \"mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n\"")]
    [InlineData("authority_secret_kye = \"mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n\"")]
    [InlineData("authority_public_key = \"mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n\"")]
    public void No_problem_shows_a_secret(string line)
    {
        ConfigurationResult result = ConfigText.Read(ConfigText.With("authority_secret_key", line));

        Assert.Null(result.Configuration);
        Assert.DoesNotContain(result.Problems, problem => problem.ToString().Contains("mkDLTBBR", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    public void Without_upstreams_only_solo_mining_is_possible(string upstreams)
    {
        string text = ConfigText.Whole[..ConfigText.Whole.IndexOf("[[upstreams]]", StringComparison.Ordinal)];
        text += "[template_provider_type.Sv2Tp]\naddress = \"127.0.0.1:38442\"\n";
        if (upstreams.Length > 0)
            text = $"upstreams = {upstreams}\n{text}";

        ConfigProblem error = Assert.Single(ConfigText.Read(text).Problems, p => p.Severity == ConfigSeverity.Error);
        Assert.Equal("upstreams", error.Key);
        Assert.Contains("SOLOMINING", error.Message, StringComparison.Ordinal);

        JdcConfiguration solo = ConfigText.Valid(ConfigText.Read(text.Replace("FULLTEMPLATE", "solomining", StringComparison.Ordinal)));
        Assert.Equal(Core.MiningMode.SoloMining, solo.Mode);
    }

    [Fact]
    public void The_socket_provider_is_checked_against_the_reward_script()
    {
        string text = ConfigText.Whole.Replace(
            "[template_provider_type.Sv2Tp]\naddress = \"127.0.0.1:38442\"",
            "[template_provider_type.BitcoinCoreIpc]\nversion = 31\nnetwork = \"mainnet\"\nfee_threshold = 100\nmin_interval = 5",
            StringComparison.Ordinal);

        ConfigProblem[] errors = [.. ConfigText.Read(text).Problems.Where(p => p.Severity == ConfigSeverity.Error)];

        Assert.Contains(errors, e => e.Key == "coinbase_reward_script" && e.Message.Contains("mainnet", StringComparison.Ordinal));
        Assert.Single(errors);
    }

    [Fact]
    public void Two_template_providers_are_one_too_many()
    {
        ConfigurationResult result = ConfigText.Read(
            ConfigText.Whole + "\n[template_provider_type.BitcoinCoreIpc]\nversion = 31\nnetwork = \"testnet4\"\n");

        Assert.Contains(
            result.Problems, p => p.Key == "template_provider_type" && p.Message.Contains("exactly one", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sahres_per_minute = 6", "shares_per_minute")]
    [InlineData("downstream_adress = \"127.0.0.1\"", "downstream_address")]
    [InlineData("log_fiel = \"x\"", "log_file")]
    public void An_unknown_key_warns_with_the_nearest_known_one(string line, string nearest)
    {
        ConfigurationResult result = ConfigText.Read(line + "\n" + ConfigText.Whole);

        ConfigText.Valid(result);
        ConfigProblem warning = Assert.Single(result.Problems);
        Assert.Equal(ConfigSeverity.Warning, warning.Severity);
        Assert.Equal(1, warning.Origin.Line);
        Assert.Contains($"did you mean {nearest}?", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_top_level_key_below_a_table_line_is_said_to_belong_above_it()
    {
        ConfigurationResult result = ConfigText.Read(
            ConfigText.Whole.Replace("cidrs =", "log_level = \"debug\"\ncidrs =", StringComparison.Ordinal));

        ConfigProblem warning = Assert.Single(result.Problems);
        Assert.Equal("miner_telemetry.log_level", warning.Key);
        Assert.Contains("belongs at the top", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unreachable_base_secs = 100\nunreachable_max_secs = 10", "fallback.unreachable_base_secs")]
    [InlineData("jitter = 2", "fallback.jitter")]
    [InlineData("standby = \"maybe\"", "fallback.standby")]
    [InlineData("stability_secs = 60\nstability_max_secs = 59", "fallback.stability_secs")]
    [InlineData("stability_secs = \"long\"", "fallback.stability_secs")]
    public void The_fallback_section_is_checked(string lines, string key)
    {
        ConfigurationResult result = ConfigText.Read($"{ConfigText.Whole}\n[fallback]\n{lines}\n");

        Assert.Equal(key, Assert.Single(result.Problems).Key);
    }
}
