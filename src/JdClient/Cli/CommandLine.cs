using System.CommandLine;
using JdClient.Configuration;

namespace JdClient.Cli;

/// <summary>The command line: options, commands and what each does.</summary>
internal static class CommandLine
{
    /// <summary>Runs what the arguments ask for.</summary>
    /// <param name="args">The process's arguments.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where complaints go.</param>
    /// <param name="run">Runs the daemon until it ends; the function reads the configuration anew, without a word.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    internal static async Task<ExitCode> RunAsync(
        string[] args,
        IReadOnlyDictionary<string, string> environment,
        TextWriter output,
        TextWriter error,
        Func<JdcConfiguration, Func<ConfigurationResult>, CancellationToken, Task<ExitCode>> run,
        CancellationToken cancellationToken)
    {
        var config = new Option<string>("--config", "-c")
        {
            Description = "Configuration file (TOML). JDC__KEY environment variables win over it.",
            DefaultValueFactory = _ => ConfigurationLoader.DefaultFile,
            HelpName = "FILE",
            Recursive = true,
        };
        var logFile = new Option<string?>("--log-file", "-f")
        {
            Description = "Also write the log to this file; wins over the key log_file.",
            HelpName = "FILE",
        };
        var check = new Option<bool>("--check-config")
        {
            Description = "Check the configuration, print it with all defaults and without secrets, and end.",
        };
        var root = new RootCommand(
            "Stratum V2 Job Declarator Client: mine your own templates and be paid by a pool.") { config, logFile, check };
        root.SetAction(async (parsed, token) =>
        {
            if (await LoadAsync(parsed) is not { } configuration)
                return (int)ExitCode.ConfigurationError;
            if (parsed.GetValue(logFile) is { Length: > 0 } file)
                configuration = configuration with { Log = configuration.Log with { File = file } };
            if (parsed.GetValue(check))
            {
                await output.WriteAsync(EffectiveConfiguration.ToToml(configuration));
                return (int)ExitCode.Success;
            }

            return (int)await run(configuration, () => ConfigurationLoader.Load(parsed.GetValue(config)!, environment), token);
        });
        root.Subcommands.Add(KeygenCommand.Create(output));
        root.Subcommands.Add(BlocksCommand.Create(LoadAsync, output, error));
        root.Subcommands.Add(HealthCommand.Create(LoadAsync, output, error));

        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError problem in parsed.Errors)
                await error.WriteLineAsync(problem.Message);
            await error.WriteLineAsync("--help shows what there is.");
            return ExitCode.UsageError;
        }

        // Signals are the host's (SignalLifetime): the library's own handling would end the process without a farewell.
        // Likewise its handling of exceptions, whose exit code would be that of a wrong configuration.
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return (ExitCode)await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (Exception exception)
        {
            await error.WriteLineAsync($"The program failed, please report this: {exception}");
            return ExitCode.Faulted;
        }

        async Task<JdcConfiguration?> LoadAsync(ParseResult parsed)
        {
            ConfigurationResult result = ConfigurationLoader.Load(parsed.GetValue(config)!, environment);
            foreach (ConfigProblem problem in result.Problems)
                await error.WriteLineAsync(problem.ToString());
            if (result.Configuration is null)
                await error.WriteLineAsync(Summary(result));
            return result.Configuration;
        }
    }

    private static string Summary(ConfigurationResult result)
    {
        int errors = result.Problems.Count(problem => problem.Severity == ConfigSeverity.Error);
        return errors == 1 ? "The configuration has 1 error." : $"The configuration has {errors} errors.";
    }
}
