namespace TestSupport;

/// <summary>How the daemon was built that a test runs as a process of its own.</summary>
public enum DaemonBuild
{
    /// <summary>For the runtime, as the tests themselves.</summary>
    Runtime,

    /// <summary>Native code, as it is published.</summary>
    Published,
}

/// <summary>Finds the published program, which a test run without publishing does not have.</summary>
public static class DaemonProgram
{
    /// <summary>Names the published program.</summary>
    public const string Variable = "JDCLIENT_PROGRAM";

    /// <summary>The reason a test gives when it skips.</summary>
    public const string MissingReason = $"needs the published program; {Variable} names it";

    private static readonly string? Published = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>Whether this build is there to be run.</summary>
    public static bool IsThere(DaemonBuild build) => build == DaemonBuild.Runtime || Published is not null;

    /// <summary>The program and its first arguments; the runtime's lies beside the test.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public static string[] Command(DaemonBuild build)
    {
        if (build == DaemonBuild.Runtime)
            return ["dotnet", Path.Combine(AppContext.BaseDirectory, "JdClient.dll")];
        string program = Published ?? throw new InvalidOperationException(MissingReason);
        return File.Exists(program) ? [program] : throw new InvalidOperationException($"{Variable}: there is no {program}");
    }
}
