namespace JdClient.Core.Engine;

/// <summary>One thing of which the core keeps several.</summary>
/// <param name="Name">For people.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Bound">How many there may be.</param>
internal readonly record struct MapSize(string Name, long Count, long Bound);
