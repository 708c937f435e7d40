using Fuzz.Harness;
using JdClient.Configuration;
using Xunit;

namespace Fuzz.Decoders;

public sealed class ConfigurationTests
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz_=[]{}\"'#.,:- \n\t0123456789\\ABCDEF";
    private const string Secret = "mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n";
    private const string Keys =
        "authority_public_key = \"9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72\"\nauthority_secret_key = \"" + Secret + "\"\n";

    private const string Solo = "listening_address = \"127.0.0.1:34265\"\n" + Keys
        + """
        min_supported_version = 2
        max_supported_version = 2
        mode = "SOLOMINING"
        cert_validity_sec = 3600
        shares_per_minute = 6.0
        share_batch_size = 10
        jdc_signature = "Sv2MinerSignature"
        coinbase_reward_script = "addr(bc1q9f9vj7spn8h7qda6pn8d4g4j99f0mn9lhwz55j)"
        [template_provider_type.Sv2Tp]
        address = "127.0.0.1:8442"

        """;

    private const string Pooled = """
        # a comment
        listening_address = "127.0.0.1:34265"
        min_supported_version = 2
        max_supported_version = 2
        mode = "FULLTEMPLATE"
        cert_validity_sec = 3_600
        shares_per_minute = 6.0
        share_batch_size = 10 # ten
        supported_extensions = [0x0002, 1]
        jdc_signature = 'Sv2MinerSignature'
        coinbase_reward_script = { output_script_type = "P2SH", output_script_value = "bcfeb728b584253d5f3f70bcb780e9ef218a68f4" }

        """ + Keys
        + """
        [[upstreams]]
        authority_pubkey = "9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72"
        pool_address = "127.0.0.2"
        pool_port = 34254
        jds_address = "127.0.0.2"
        jds_port = 34264
        user_identity = "farm"

        [template_provider_type.Sv2Tp]
        address = "127.0.0.1:8442"
        public_key = "9bDuixKmZqAJnrmP746n8zU1wyAQRrus7th9dxnkPg6RzQvCnan"

        """;

    private static readonly Dictionary<string, string> NoVariables = [];

    [Fact]
    public void Toml_text() => Campaign.OverText(
        [Solo, Pooled],
        Alphabet,
        static text => Accepted(ConfigurationLoader.Parse(text, "fuzz.toml", NoVariables, "/nowhere"), text),
        new Allowance(256 * 1024, 400),
        static (_, configuration) => Assert.NotEmpty(configuration.ToString()!));

    /// <summary>Found here: an open quote makes the TOML parser print everything behind it, the secret key too.</summary>
    [Fact]
    public void A_stray_quote_does_not_print_the_secret()
    {
        string text = "[template_p'\n" + Solo;
        Assert.Null(Accepted(ConfigurationLoader.Parse(text, "fuzz.toml", NoVariables, "/nowhere"), text));
    }

    /// <summary>Lines <c>NAME=VALUE</c> stand for the environment.</summary>
    [Fact]
    public void Environment_variables() => Campaign.OverText(
        [
            "JDC__SHARES_PER_MINUTE=12\nJDC__LISTENING_ADDRESS=127.0.0.1:1",
            "JDC__TEMPLATE_PROVIDER_TYPE__SV2TP__ADDRESS=127.0.0.1:8442\nJDC__MODE=SOLOMINING",
            "JDC__SUPPORTED_EXTENSIONS=2,3\nJDC__USER_IDENTITY=abc",
        ],
        "JDC_=\n,:.0123456789UPSTREAM_ABadfx\"[]-",
        static text => Accepted(ConfigurationLoader.Parse(Solo, "fuzz.toml", Variables(text), "/nowhere"), text),
        new Allowance(256 * 1024, 400),
        static (_, configuration) => Assert.NotEmpty(configuration.ToString()!));

    private static JdcConfiguration? Accepted(ConfigurationResult result, string text)
    {
        bool failed = result.Problems.Any(problem => problem.Severity == ConfigSeverity.Error);
        Assert.Equal(failed, result.Configuration is null);
        bool secretInItsPlace = text.Split('\n').All(line =>
            !line.Contains(Secret[10..30], StringComparison.Ordinal) || line.StartsWith("authority_secret_key", StringComparison.Ordinal));
        foreach (ConfigProblem problem in result.Problems)
        {
            Assert.False(string.IsNullOrWhiteSpace(problem.Message));
            if (secretInItsPlace)
                Assert.DoesNotContain(Secret[10..30], problem.ToString(), StringComparison.Ordinal);
        }

        return result.Configuration;
    }

    private static Dictionary<string, string> Variables(string text)
    {
        var variables = new Dictionary<string, string>();
        foreach (string line in text.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                variables[line[..equals]] = line[(equals + 1)..];
        }

        return variables;
    }
}
