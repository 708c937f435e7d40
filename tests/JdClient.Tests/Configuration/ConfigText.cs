using JdClient.Configuration;

namespace JdClient.Tests.Configuration;

/// <summary>Configuration texts for tests: a whole one as the field writes it, and changes of single lines.</summary>
internal static class ConfigText
{
    internal const string ExamplePublic = "9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72";
    internal const string ExampleSecret = "mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n";
    internal const string OtherPublic = "9bDuixKmZqAJnrmP746n8zU1wyAQRrus7th9dxnkPg6RzQvCnan";

    /// <summary>All keys of the reference's local example, with a loopback listener.</summary>
    internal const string Whole = """
        listening_address = "127.0.0.1:34265"
        max_supported_version = 2
        min_supported_version = 2
        authority_public_key = "9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72"
        authority_secret_key = "mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n"
        cert_validity_sec = 3600
        shares_per_minute = 6.0
        share_batch_size = 10
        mode = "FULLTEMPLATE"
        jdc_signature = "Sv2MinerSignature"
        coinbase_reward_script = "addr(tb1qpusf5256yxv50qt0pm0tue8k952fsu5lzsphft)"
        supported_extensions = [
            0x0002,  # workers
        ]
        monitoring_address = "127.0.0.1:9091"
        monitoring_cache_refresh_secs = 15
        [miner_telemetry]
        cidrs = ["192.168.1.0/24"]
        [[upstreams]]
        authority_pubkey = "9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72"
        pool_address = "127.0.0.1"
        pool_port = 33333
        jds_address = "127.0.0.1"
        jds_port = 33334
        user_identity = "farm.1"
        [template_provider_type.Sv2Tp]
        address = "127.0.0.1:38442"
        """;

    internal static readonly IReadOnlyDictionary<string, string> NoVariables = new Dictionary<string, string>();

    /// <summary>Reads a text without environment.</summary>
    internal static ConfigurationResult Read(string text) => Read(text, NoVariables);

    internal static ConfigurationResult Read(string? text, IReadOnlyDictionary<string, string> variables) =>
        ConfigurationLoader.Parse(text, "test.toml", variables, "/etc/jdc");

    /// <summary><see cref="Whole"/> with the line of a key replaced; an empty replacement takes it out.</summary>
    internal static string With(string key, string line)
    {
        string[] lines = Whole.Split('\n');
        int index = Array.FindIndex(lines, candidate => candidate == key || candidate.StartsWith(key + " ", StringComparison.Ordinal));
        Assert.True(index >= 0, $"{key} is not in the text");
        lines[index] = line;
        return string.Join('\n', lines);
    }

    /// <summary>The one configuration in effect; fails with the problems where there is none.</summary>
    internal static JdcConfiguration Valid(ConfigurationResult result)
    {
        Assert.True(result.Configuration is not null, string.Join('\n', result.Problems));
        return result.Configuration;
    }
}
