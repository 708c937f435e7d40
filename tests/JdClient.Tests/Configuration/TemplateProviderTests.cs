using System.Collections.Immutable;
using JdClient.Configuration;
using JdClient.Core;

namespace JdClient.Tests.Configuration;

/// <summary><c>[[template_providers]]</c> and the older single table.</summary>
public sealed class TemplateProviderTests
{
    private const string Single = "[template_provider_type.Sv2Tp]\naddress = \"127.0.0.1:38442\"";

    private const string Several = $"""
        [[template_providers]]
        type = "BitcoinCoreIpc"
        network = "signet"
        socket_path = "/run/a/node.sock"
        fee_threshold = 7
        [[template_providers]]
        type = "Sv2Tp"
        address = "tp.example.com:38442"
        public_key = "{ConfigText.OtherPublic}"
        [[template_providers]]
        type = "bitcoincoreipc"
        network = "signet"
        socket_path = "/run/b/node.sock"
        """;

    [Fact]
    public void Several_are_taken_in_their_order()
    {
        ImmutableArray<TemplateProviderConfiguration> providers = ConfigText.Valid(With(Several)).TemplateProviders;
        var first = Assert.IsType<TemplateProviderConfiguration.BitcoinCoreIpc>(providers[0]);
        Assert.Equal(("/run/a/node.sock", 7UL), (first.SocketPath, first.FeeThreshold));
        var second = Assert.IsType<TemplateProviderConfiguration.Sv2Tp>(providers[1]);
        Assert.Equal((new PeerEndpoint("tp.example.com", 38442), ConfigText.OtherPublic), (second.Endpoint, second.Authority!.ToString()));
        var third = Assert.IsType<TemplateProviderConfiguration.BitcoinCoreIpc>(providers[2]);
        Assert.Equal(("/run/b/node.sock", 100UL), (third.SocketPath, third.FeeThreshold));
        Assert.Equal(3, providers.Select(provider => provider.Name).Distinct().Count());
    }

    [Theory]
    [InlineData(Single)]
    [InlineData(Several)]
    public void What_is_printed_reads_back_the_same(string providers)
    {
        JdcConfiguration before = ConfigText.Valid(With(providers));
        string printed = EffectiveConfiguration.ToToml(before);
        Assert.Contains("[[template_providers]]", printed, StringComparison.Ordinal);
        ConfigurationResult result = ConfigText.Read(printed.Replace("(secret)", ConfigText.ExampleSecret, StringComparison.Ordinal));
        Assert.Equal(before.TemplateProviders, ConfigText.Valid(result).TemplateProviders);
        Assert.Empty(result.Problems);
    }

    [Fact]
    public void The_list_and_the_single_table_are_one_too_many()
    {
        ConfigurationResult result = With(Several + "\n" + Single);
        Assert.Null(result.Configuration);
        ConfigProblem error = Assert.Single(result.Problems, p => p.Severity == ConfigSeverity.Error);
        Assert.Equal("template_provider_type", error.Key);
        Assert.Contains("[[template_providers]]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("address = \"127.0.0.1:1\"", "template_providers[0].type", "missing")]
    [InlineData("type = \"Sv2\"\naddress = \"127.0.0.1:1\"", "template_providers[0].type", "BitcoinCoreIpc")]
    [InlineData("type = \"Sv2Tp\"", "template_providers[0].address", "missing")]
    [InlineData("type = \"Sv2Tp\"\naddress = \"10.0.0.1:1\"", "template_providers[0].public_key", "allow_unverified")]
    [InlineData("type = \"BitcoinCoreIpc\"", "template_providers[0].network", "missing")]
    [InlineData(
        "type = \"Sv2Tp\"\naddress = \"127.0.0.1:1\"\n[[template_providers]]\ntype = \"Sv2Tp\"\naddress = \"127.0.0.1:1\"",
        "template_providers[1].type", "before")]
    [InlineData(
        "type = \"BitcoinCoreIpc\"\nnetwork = \"signet\"\n[[template_providers]]\ntype = \"BitcoinCoreIpc\"\nnetwork = \"regtest\"",
        "template_providers", "several networks")]
    public void An_entry_that_cannot_be_meant_is_told(string entry, string key, string message)
    {
        ConfigurationResult result = With($"[[template_providers]]\n{entry}");
        Assert.Contains(
            result.Problems,
            p => p.Severity == ConfigSeverity.Error && p.Key == key && p.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_list_is_no_provider()
    {
        string text = "template_providers = []\n" + ConfigText.Whole.Replace(Single, "", StringComparison.Ordinal);
        Assert.Contains(ConfigText.Read(text).Problems, p => p.Severity == ConfigSeverity.Error && p.Key == "template_providers");
    }

    [Fact]
    public void Keys_of_the_other_kind_are_not_known()
    {
        ConfigurationResult result = With("[[template_providers]]\ntype = \"Sv2Tp\"\naddress = \"127.0.0.1:1\"\nsocket_path = \"/x\"");
        Assert.Contains(result.Problems, p => p.Severity == ConfigSeverity.Warning && p.Key == "template_providers[0].socket_path");
    }

    [Theory]
    [InlineData(Single)]
    [InlineData(Several)]
    public void A_list_in_the_environment_replaces_what_the_file_says(string file)
    {
        var variables = new Dictionary<string, string>
        {
            ["JDC__TEMPLATE_PROVIDER_B__TYPE"] = "Sv2Tp",
            ["JDC__TEMPLATE_PROVIDER_B__ADDRESS"] = "127.0.0.1:2",
            ["JDC__TEMPLATE_PROVIDER_A__TYPE"] = "Sv2Tp",
            ["JDC__TEMPLATE_PROVIDER_A__ADDRESS"] = "127.0.0.1:1",
        };
        Assert.Equal(
            ["127.0.0.1:1", "127.0.0.1:2"],
            ConfigText.Valid(ConfigText.Read(Text(file), variables)).TemplateProviders.Select(provider => provider.Name));
    }

    [Fact]
    public void A_single_one_in_the_environment_replaces_the_files_list()
    {
        var variables = new Dictionary<string, string> { ["JDC__TEMPLATE_PROVIDER_TYPE__SV2TP__ADDRESS"] = "127.0.0.1:9" };
        Assert.Equal(
            "127.0.0.1:9", Assert.Single(ConfigText.Valid(ConfigText.Read(Text(Several), variables)).TemplateProviders).Name);
    }

    [Fact]
    public void Both_in_the_environment_are_one_too_many()
    {
        ConfigurationResult result = ConfigText.Read(ConfigText.Whole, new Dictionary<string, string>
        {
            ["JDC__TEMPLATE_PROVIDER_TYPE__SV2TP__ADDRESS"] = "127.0.0.1:9",
            ["JDC__TEMPLATE_PROVIDER_A__TYPE"] = "Sv2Tp",
            ["JDC__TEMPLATE_PROVIDER_A__ADDRESS"] = "127.0.0.1:1",
        });
        Assert.Contains(result.Problems, p => p.Severity == ConfigSeverity.Error && p.Key == "template_provider_type");
    }

    private static string Text(string providers)
    {
        Assert.Contains(Single, ConfigText.Whole, StringComparison.Ordinal);
        return ConfigText.Whole.Replace(Single, providers, StringComparison.Ordinal);
    }

    private static ConfigurationResult With(string providers) => ConfigText.Read(Text(providers));
}
