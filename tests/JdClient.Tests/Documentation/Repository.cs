namespace JdClient.Tests.Documentation;

/// <summary>Where the sources are that the tests were built from.</summary>
internal static class Repository
{
    internal static string Path { get; } = Find();

    private static string Find()
    {
        DirectoryInfo directory = new(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory.FullName, "JdClient.sln")))
            directory = directory.Parent ?? throw new DirectoryNotFoundException("the tests run outside of the repository");
        return directory.FullName;
    }
}
