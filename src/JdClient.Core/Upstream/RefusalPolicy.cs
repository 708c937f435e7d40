namespace JdClient.Core.Upstream;

/// <summary>What a refusal of a declaration or custom job means (design principle 7).</summary>
internal enum RefusalClass
{
    /// <summary>Another tip; nobody's fault.</summary>
    Stale,

    /// <summary>Not now.</summary>
    Busy,

    /// <summary>The token is not (any more) good.</summary>
    Token,

    /// <summary>This peer does not want this job.</summary>
    Refused,
}

/// <summary>Sorts error codes. Codes are free text (spec 03): what is known is matched by what the field's peers send.</summary>
internal static class RefusalPolicy
{
    private static readonly string[] BusyWords = ["rate-limit", "busy", "too-many", "try-again", "not-yet-validated"];

    /// <summary>The class of a code.</summary>
    public static RefusalClass Classify(string code)
    {
        if (code.StartsWith("stale", StringComparison.OrdinalIgnoreCase))
            return RefusalClass.Stale;
        foreach (string word in BusyWords)
        {
            if (code.Contains(word, StringComparison.OrdinalIgnoreCase))
                return RefusalClass.Busy;
        }

        return code.Contains("token", StringComparison.OrdinalIgnoreCase) ? RefusalClass.Token : RefusalClass.Refused;
    }

    /// <summary>Whether a pool's refusal of a share is nobody's fault: a matter of timing between two tips.</summary>
    public static bool IsExcusedShare(string code) => code.StartsWith("stale", StringComparison.OrdinalIgnoreCase);
}
