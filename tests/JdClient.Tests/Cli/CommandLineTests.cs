using Bitcoin;
using JdClient.Cli;
using JdClient.Configuration;
using JdClient.Tests.Configuration;

namespace JdClient.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private JdcConfiguration? _run;

    [Fact]
    public async Task Check_config_prints_everything_but_the_secret_and_does_not_run()
    {
        using var file = new TemporaryFile(ConfigText.Whole);

        Assert.Equal(ExitCode.Success, await RunAsync("--check-config", "-c", file.Path));

        Assert.Null(_run);
        Assert.Contains("[fallback]", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(ConfigText.ExampleSecret, _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task A_wrong_configuration_is_listed_on_stderr_with_its_own_exit_code()
    {
        using var file = new TemporaryFile(ConfigText.With("share_batch_size", "share_batch_size = 0"));

        Assert.Equal(ExitCode.ConfigurationError, await RunAsync("-c", file.Path));

        Assert.Null(_run);
        Assert.Contains($"{file.Path}:8: error: share_batch_size:", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_a_configuration_error() =>
        Assert.Equal(ExitCode.ConfigurationError, await RunAsync("-c", "/nowhere/jdc.toml"));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a\0b")]
    [InlineData("/dev/zero")]
    public async Task What_is_no_file_is_a_configuration_error_in_one_line(string path)
    {
        Assert.Equal(ExitCode.ConfigurationError, await RunAsync("-c", path));
        Assert.Contains("error:", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_file_option_wins_over_the_key()
    {
        using var file = new TemporaryFile(ConfigText.With("mode", "log_file = \"a.log\""));

        Assert.Equal(ExitCode.Faulted, await RunAsync("--config", file.Path, "-f", "b.log"));

        Assert.Equal("b.log", _run!.Log.File);
    }

    [Theory]
    [InlineData("--bogus")]
    [InlineData("keygen", "--port", "x")]
    [InlineData("-c")]
    public async Task What_is_not_understood_is_a_usage_error(params string[] args)
    {
        Assert.Equal(ExitCode.UsageError, await RunAsync(args));
        Assert.NotEmpty(_error.ToString());
    }

    [Fact]
    public async Task Keygen_prints_a_pair_that_belongs_together_and_the_miners_url()
    {
        Assert.Equal(ExitCode.Success, await RunAsync("keygen", "--host", "farm.example.com", "--port", "3336"));

        string[] lines = _output.ToString().Split('\n');
        string publicText = lines[0].Split('"')[1];
        Assert.True(AuthoritySecretKey.TryParse(lines[1].Split('"')[1], out AuthoritySecretKey? secret, out _));
        Assert.Equal(publicText, secret.PublicKey.ToString());
        Assert.EndsWith($"stratum2+tcp://farm.example.com:3336/{publicText}", lines[2].Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_generated_keys_differ()
    {
        await RunAsync("keygen");
        string first = _output.ToString();
        await RunAsync("keygen");

        Assert.NotEqual(first, _output.ToString()[first.Length..]);
    }

    [Fact]
    public void An_ipv6_address_stands_in_brackets_in_the_url()
    {
        Assert.True(AuthorityPublicKey.TryParse(ConfigText.ExamplePublic, out AuthorityPublicKey? key, out _));

        Assert.Equal($"stratum2+tcp://[::1]:34265/{ConfigText.ExamplePublic}", MinerUrl.Of("::1", 34265, key));
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private Task<ExitCode> RunAsync(params string[] args) => CommandLine.RunAsync(
        args,
        ConfigText.NoVariables,
        _output,
        _error,
        (configuration, _, _) =>
        {
            _run = configuration;
            return Task.FromResult(ExitCode.Faulted);
        },
        TestContext.Current.CancellationToken);

    private sealed class TemporaryFile : IDisposable
    {
        internal TemporaryFile(string text) => File.WriteAllText(Path, text);

        internal string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName() + ".toml");

        public void Dispose() => File.Delete(Path);
    }
}
