using System.Collections.Immutable;
using TestSupport;

namespace JdClient.IntegrationTests;

/// <summary>The daemon as a process of its own, as a farm is told of it.</summary>
internal static class Builds
{
    /// <summary>The command of this build; skips the test where there is none.</summary>
    internal static ImmutableArray<string> Command(DaemonBuild build)
    {
        Assert.SkipUnless(DaemonProgram.IsThere(build), DaemonProgram.MissingReason);
        return [.. DaemonProgram.Command(build)];
    }
}
