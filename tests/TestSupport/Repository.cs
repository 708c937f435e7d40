namespace TestSupport;

/// <summary>Where the sources are that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder of the solution; null where the tests run outside of the repository.</summary>
    public static string? TryPath { get; } = Find();

    /// <summary>The folder of the solution.</summary>
    /// <exception cref="DirectoryNotFoundException">The tests run outside of the repository.</exception>
    public static string Path => TryPath ?? throw new DirectoryNotFoundException("the tests run outside of the repository");

    private static string? Find()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(System.IO.Path.Combine(directory.FullName, "JdClient.sln")))
            directory = directory.Parent;
        return directory?.FullName;
    }
}
