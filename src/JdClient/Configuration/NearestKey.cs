namespace JdClient.Configuration;

/// <summary>Finds what somebody probably meant to type.</summary>
internal static class NearestKey
{
    /// <summary>The candidate with the smallest edit distance, if it is small for the word's length; otherwise null.</summary>
    internal static string? Of(string word, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int best = Math.Max(2, word.Length / 3) + 1;
        foreach (string candidate in candidates.Order(StringComparer.Ordinal))
        {
            int distance = Distance(word, candidate);
            if (distance < best)
                (nearest, best) = (candidate, distance);
        }

        return nearest;
    }

    /// <summary>Levenshtein distance without regard to letter case.</summary>
    internal static int Distance(string left, string right)
    {
        // Keys are short; whatever is longer than this is no misspelling of one.
        if (left.Length > 64 || right.Length > 64)
            return int.MaxValue;
        Span<int> row = stackalloc int[right.Length + 1];
        for (int j = 0; j < row.Length; j++)
            row[j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int cost = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1;
                int here = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost);
                (diagonal, row[j]) = (row[j], here);
            }
        }

        return row[right.Length];
    }
}
