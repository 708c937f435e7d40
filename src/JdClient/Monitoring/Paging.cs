namespace JdClient.Monitoring;

/// <summary>Which part of a list is asked for (reference-behaviour 9.1). Lists of one answer are paged apart.</summary>
/// <param name="Offset">Elements left out at the beginning.</param>
/// <param name="Limit">Elements at most.</param>
internal readonly record struct Paging(uint Offset, uint Limit)
{
    internal const uint DefaultLimit = 25;

    internal const uint MaxLimit = 100;

    /// <summary>From the query, with the defaults and the bound.</summary>
    internal static Paging Of(uint? offset, uint? limit) => new(offset ?? 0, Math.Min(limit ?? DefaultLimit, MaxLimit));

    /// <summary>The part, made by <paramref name="select"/>.</summary>
    internal IReadOnlyList<TOut> Take<TIn, TOut>(IEnumerable<TIn> list, Func<TIn, TOut> select) =>
        [.. list.Skip((int)Math.Min(Offset, int.MaxValue)).Take((int)Limit).Select(select)];
}
