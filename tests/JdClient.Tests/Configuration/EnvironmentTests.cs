using CsCheck;
using JdClient.Configuration;
using JdClient.Core;

namespace JdClient.Tests.Configuration;

public sealed class EnvironmentTests
{
    [Fact]
    public void The_environment_wins_over_the_file_whatever_its_letter_case()
    {
        JdcConfiguration configuration = Read(
            ("JDC__SHARES_PER_MINUTE", "12"), ("jdc__Mode", "coinbaseonly"), ("JDC__LIMITS__MAX_CONNECTIONS", "5"));

        Assert.Equal(12f, configuration.SharesPerMinute);
        Assert.Equal(MiningMode.CoinbaseOnly, configuration.Mode);
        Assert.Equal(5, configuration.Limits.MaxConnections);
    }

    [Fact]
    public void A_value_is_typed_by_its_key_not_by_its_looks()
    {
        JdcConfiguration configuration = Read(
            ("JDC__UPSTREAM_A__AUTHORITY_PUBKEY", ConfigText.ExamplePublic),
            ("JDC__UPSTREAM_A__POOL_ADDRESS", "127.0.0.1"),
            ("JDC__UPSTREAM_A__POOL_PORT", "3333"),
            ("JDC__UPSTREAM_A__JDS_ADDRESS", "127.0.0.1"),
            ("JDC__UPSTREAM_A__JDS_PORT", "3334"),
            ("JDC__UPSTREAM_A__USER_IDENTITY", "00123"),
            ("JDC__JDC_SIGNATURE", "true"));

        Assert.Equal("00123", Assert.Single(configuration.Upstreams).UserIdentity);
        Assert.Equal("true", configuration.MinerTag);
    }

    [Fact]
    public void Upstreams_replace_the_files_and_are_ordered_by_name()
    {
        List<(string, string)> variables = [];
        foreach (string name in new[] { "B_SECOND", "A_FIRST", "C" })
        {
            variables.Add(($"JDC__UPSTREAM_{name}__AUTHORITY_PUBKEY", ConfigText.ExamplePublic));
            variables.Add(($"JDC__UPSTREAM_{name}__POOL_ADDRESS", $"{name[0]}.example.com"));
            variables.Add(($"JDC__UPSTREAM_{name}__POOL_PORT", "3333"));
            variables.Add(($"JDC__UPSTREAM_{name}__JDS_ADDRESS", "127.0.0.1"));
            variables.Add(($"JDC__UPSTREAM_{name}__JDS_PORT", "3334"));
            variables.Add(($"JDC__UPSTREAM_{name}__USER_IDENTITY", name));
        }

        Assert.Equal(["A_FIRST", "B_SECOND", "C"], Read([.. variables]).Upstreams.Select(upstream => upstream.UserIdentity));
    }

    [Fact]
    public void A_template_provider_replaces_the_files_completely()
    {
        string file = ConfigText.With("address", $"address = \"10.1.2.3:38442\"\npublic_key = \"{ConfigText.OtherPublic}\"");
        var variables = new Dictionary<string, string> { ["JDC__TEMPLATE_PROVIDER_TYPE__SV2TP__ADDRESS"] = "127.0.0.1:1" };

        var provider = (TemplateProviderConfiguration.Sv2Tp)ConfigText.Valid(ConfigText.Read(file, variables)).TemplateProviders[0];

        Assert.Equal(new PeerEndpoint("127.0.0.1", 1), provider.Endpoint);
        Assert.Null(provider.Authority);
    }

    [Fact]
    public void Two_variants_in_the_environment_are_one_too_many()
    {
        ConfigurationResult result = ConfigText.Read(ConfigText.Whole, new Dictionary<string, string>
        {
            ["JDC__TEMPLATE_PROVIDER_TYPE__SV2TP__ADDRESS"] = "127.0.0.1:1",
            ["JDC__TEMPLATE_PROVIDER_TYPE__BITCOINCOREIPC__VERSION"] = "31",
        });

        Assert.Contains(
            result.Problems, p => p.Key == "template_provider_type" && p.Message.Contains("exactly one", StringComparison.Ordinal));
    }

    [Fact]
    public void Lists_are_separated_by_commas()
    {
        JdcConfiguration configuration = Read(
            ("JDC__SUPPORTED_EXTENSIONS", "0x0002, 2"),
            ("JDC__REQUIRED_EXTENSIONS", "2"),
            ("JDC__MINER_TELEMETRY__CIDRS", "10.0.0.0/24,10.0.1.7/24"));

        Assert.Equal([(ushort)2], configuration.SupportedExtensions.AsEnumerable());
        Assert.Equal([(ushort)2], configuration.RequiredExtensions.AsEnumerable());
        Assert.Equal(["10.0.0.0/24", "10.0.1.0/24"], configuration.MinerTelemetry.Cidrs.Select(cidr => cidr.ToString()));
    }

    [Fact]
    public void An_error_names_the_variable_and_does_not_show_a_secret()
    {
        ConfigurationResult result = ConfigText.Read(ConfigText.Whole, new Dictionary<string, string>
        {
            ["JDC__AUTHORITY_SECRET_KEY"] = "mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2m",
            ["JDC__CERT_VALIDITY_SEC"] = "an hour",
        });

        Assert.Equal(
            ["JDC__AUTHORITY_SECRET_KEY", "JDC__CERT_VALIDITY_SEC"],
            result.Problems.Select(p => p.Origin.Source).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(result.Problems, p => p.ToString().Contains("mkDLT", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_variable_warns()
    {
        ConfigurationResult result = ConfigText.Read(ConfigText.Whole, new Dictionary<string, string> { ["JDC__LOG_LEVLE"] = "debug" });

        Assert.Contains("did you mean log_level?", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_file_and_variables_there_is_no_configuration()
    {
        ConfigurationResult result = ConfigText.Read(null, ConfigText.NoVariables);

        Assert.Null(result.Configuration);
        Assert.Contains("no configuration found", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_alone_is_enough()
    {
        JdcConfiguration configuration = ConfigText.Valid(ConfigText.Read(null, new Dictionary<string, string>
        {
            ["JDC__LISTENING_ADDRESS"] = "127.0.0.1:0",
            ["JDC__AUTHORITY_PUBLIC_KEY"] = ConfigText.ExamplePublic,
            ["JDC__AUTHORITY_SECRET_KEY"] = ConfigText.ExampleSecret,
            ["JDC__CERT_VALIDITY_SEC"] = "3600",
            ["JDC__MIN_SUPPORTED_VERSION"] = "2",
            ["JDC__MAX_SUPPORTED_VERSION"] = "2",
            ["JDC__SHARES_PER_MINUTE"] = "6.5",
            ["JDC__SHARE_BATCH_SIZE"] = "1",
            ["JDC__MODE"] = "SOLOMINING",
            ["JDC__JDC_SIGNATURE"] = "x",
            ["JDC__COINBASE_REWARD_SCRIPT"] = "raw(51)",
            ["JDC__TEMPLATE_PROVIDER_TYPE__Sv2Tp__ADDRESS"] = "[::1]:8442",
        }));

        Assert.Equal(6.5f, configuration.SharesPerMinute);
        Assert.Equal("::1", ((TemplateProviderConfiguration.Sv2Tp)configuration.TemplateProviders[0]).Endpoint.Host);
    }

    [Fact]
    public void Mutated_texts_end_in_a_configuration_or_in_problems()
    {
        Gen<string> mutated =
            from position in Gen.Int[0, ConfigText.Whole.Length - 1]
            from length in Gen.Int[0, 12]
            from insertion in Gen.String[Gen.Char["[]{}\"'=.#\n\\,0x_-aé\0 \u2028"], 0, 8]
            select ConfigText.Whole[..position] + insertion + ConfigText.Whole[Math.Min(ConfigText.Whole.Length, position + length)..];

        mutated.Sample(
            text =>
            {
                ConfigurationResult result = ConfigText.Read(text);
                Assert.Equal(result.Configuration is null, result.Problems.Any(problem => problem.Severity == ConfigSeverity.Error));
            },
            iter: 2_000);
    }

    private static JdcConfiguration Read(params (string Name, string Value)[] variables) =>
        ConfigText.Valid(ConfigText.Read(ConfigText.Whole, variables.ToDictionary(pair => pair.Name, pair => pair.Value)));
}
