using System.Collections.Immutable;

namespace Sv2.Transport.Internal;

/// <summary>An immutable list of extension numbers, as a class so that it can be swapped atomically.</summary>
internal sealed record ExtensionSet(ImmutableArray<ushort> List)
{
    internal static ExtensionSet None { get; } = new([]);
}
