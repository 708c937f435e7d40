namespace Capnp.Generator.Schema;

/// <summary>The comments of a declaration.</summary>
/// <param name="Node">Its own; empty when there is none.</param>
/// <param name="Members">Those of its fields, enumerants or methods, in the order of the node's list.</param>
public sealed record SchemaComments(string Node, IReadOnlyList<string> Members)
{
    /// <summary>No comments.</summary>
    public static SchemaComments None { get; } = new("", []);

    /// <summary>The comment of a member; empty when there is none.</summary>
    /// <param name="index">The member's place in the node's list.</param>
    public string Member(int index) => index < Members.Count ? Members[index] : "";
}
