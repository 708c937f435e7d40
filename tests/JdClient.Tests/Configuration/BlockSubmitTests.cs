using JdClient.Configuration;

namespace JdClient.Tests.Configuration;

public sealed class BlockSubmitTests
{
    private const string Secret = "correct horse";

    [Fact]
    public void Targets_are_read_and_printed_without_their_password()
    {
        JdcConfiguration configuration = ConfigText.Valid(ConfigText.Read(ConfigText.Whole + $$"""

            [[block_submit]]
            url = "http://127.0.0.1:8332"
            cookie_file = "/var/lib/bitcoin/.cookie"
            [[block_submit]]
            url = "http://[::1]:18443/wallet/"
            user = "jdc"
            password = "{{Secret}}"
            timeout_secs = 2.5
            [block_journal]
            keep_entries = 5
            keep_whole_days = 2
            """));

        Assert.Equal(["127.0.0.1:8332", "[::1]:18443"], configuration.BlockSubmit.Select(target => target.Name));
        Assert.Equal("/var/lib/bitcoin/.cookie", configuration.BlockSubmit[0].CookieFile);
        Assert.Equal(Secret, configuration.BlockSubmit[1].Password!.Reveal());
        Assert.Equal(TimeSpan.FromSeconds(2.5), configuration.BlockSubmit[1].Timeout);
        Assert.Equal((5, 2), (configuration.BlockJournal.KeepEntries, configuration.BlockJournal.KeepWholeDays));
        string printed = EffectiveConfiguration.ToToml(configuration);
        Assert.Contains("password = \"(secret)\"", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, printed + configuration, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("url = \"127.0.0.1:8332\"\ncookie_file = \"c\"", "url: must be an address")]
    [InlineData("url = \"ftp://127.0.0.1\"\ncookie_file = \"c\"", "url: must be an address")]
    [InlineData("url = \"http://me:" + Secret + "@127.0.0.1:8332\"\ncookie_file = \"c\"", "have keys of their own")]
    [InlineData("cookie_file = \"c\"", "url: is missing")]
    [InlineData("url = \"http://127.0.0.1:8332\"", "cookie_file: is missing")]
    [InlineData("url = \"http://127.0.0.1:8332\"\nuser = \"me\"", "password: is missing")]
    [InlineData("url = \"http://127.0.0.1:8332\"\npassword = \"" + Secret + "\"", "user: is missing")]
    [InlineData(
        "url = \"http://127.0.0.1:8332\"\nuser = \"me\"\npassword = \"" + Secret + "\"\ncookie_file = \"c\"", "keep one of the two")]
    [InlineData("url = \"http://127.0.0.1:8332\"\ncookie_file = \"c\"\ntimeout_secs = 0", "timeout_secs")]
    public void What_is_wrong_is_an_error_that_names_the_key_and_no_secret(string lines, string part)
    {
        ConfigurationResult result = ConfigText.Read(ConfigText.Whole + "\n[[block_submit]]\n" + lines);

        Assert.Null(result.Configuration);
        Assert.Contains(result.Problems, problem => problem.Severity == ConfigSeverity.Error
            && problem.ToString().Contains("block_submit[0]", StringComparison.Ordinal)
            && problem.ToString().Contains(part, StringComparison.Ordinal));
        Assert.DoesNotContain(result.Problems, problem => problem.ToString().Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public void A_password_that_would_go_over_the_network_in_the_clear_is_a_warning()
    {
        ConfigurationResult result = ConfigText.Read(
            ConfigText.Whole + "\n[[block_submit]]\nurl = \"http://192.0.2.1:8332\"\nuser = \"a\"\npassword = \"b\"");

        ConfigText.Valid(result);
        Assert.Contains(result.Problems, problem => problem.Message.Contains("in the clear", StringComparison.Ordinal));
    }

    [Fact]
    public void Variables_name_targets_in_the_order_of_their_names()
    {
        JdcConfiguration configuration = ConfigText.Valid(ConfigText.Read(ConfigText.Whole, new Dictionary<string, string>
        {
            ["JDC__BLOCK_SUBMIT_B__URL"] = "http://127.0.0.1:2",
            ["JDC__BLOCK_SUBMIT_B__COOKIE_FILE"] = "/b",
            ["JDC__BLOCK_SUBMIT_A__URL"] = "http://127.0.0.1:1",
            ["JDC__BLOCK_SUBMIT_A__USER"] = "me",
            ["JDC__BLOCK_SUBMIT_A__PASSWORD"] = "1234",
        }));

        Assert.Equal([1, 2], configuration.BlockSubmit.Select(target => target.Url.Port));
        Assert.Equal("1234", configuration.BlockSubmit[0].Password!.Reveal());
    }
}
