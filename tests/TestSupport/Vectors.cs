namespace TestSupport;

/// <summary>Finds the test data beside the repository (<c>../shared/vectors</c>), which a clone elsewhere does not have.</summary>
public static class Vectors
{
    /// <summary>The reason a test gives when it skips.</summary>
    public const string MissingReason = "needs ../shared/vectors beside the repository, which this clone does not have";

    private static readonly string? Root = Find();

    /// <summary>Whether the data is there.</summary>
    public static bool Available => Root is not null;

    /// <summary>The full path of a file below <c>shared/vectors</c>, or null where it is missing.</summary>
    public static string? TryPath(params string[] parts)
    {
        if (Root is null)
            return null;
        string path = Path.Combine([Root, .. parts]);
        return File.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        if (Repository.TryPath is not { } repository)
            return null;
        string candidate = Path.Combine(repository, "..", "shared", "vectors");
        return Directory.Exists(candidate) ? Path.GetFullPath(candidate) : null;
    }
}
