namespace Capnp.Generator.Schema;

/// <summary>
/// What the compiler hands to a plug-in: <c>CodeGeneratorRequest</c> of Cap'n Proto's schema.capnp, read by hand because the
/// generated reader would need this generator. Offsets as <c>capnp compile -ocapnp schema.capnp</c> prints them.
/// </summary>
public sealed class SchemaRequest
{
    private SchemaRequest(Dictionary<ulong, SchemaNode> nodes, List<SchemaFile> files)
    {
        Nodes = nodes;
        Files = files;
    }

    /// <summary>Every declaration, also of imported files, by id.</summary>
    public IReadOnlyDictionary<ulong, SchemaNode> Nodes { get; }

    /// <summary>The files to generate.</summary>
    public IReadOnlyList<SchemaFile> Files { get; }

    /// <summary>Reads a request.</summary>
    /// <param name="message">The message from the compiler.</param>
    /// <exception cref="CapnpFormatException">It is malformed.</exception>
    /// <exception cref="UnsupportedSchemaException">It holds a declaration the generator does not know.</exception>
    public static SchemaRequest Read(MessageReader message)
    {
        ArgumentNullException.ThrowIfNull(message);
        StructReader root = message.Root.ReadStruct();
        Dictionary<ulong, SchemaComments> comments = [];
        foreach (StructReader info in Structs(root.GetPointer(3)))
        {
            comments[info.GetUInt64(0)] = new SchemaComments(
                info.GetPointer(0).ReadText().Trim(),
                [.. Structs(info.GetPointer(1)).Select(member => member.GetPointer(0).ReadText().Trim())]);
        }

        Dictionary<ulong, SchemaNode> nodes = [];
        foreach (StructReader raw in Structs(root.GetPointer(0)))
        {
            SchemaNode node = SchemaNode.Read(raw, comments.GetValueOrDefault(raw.GetUInt64(0), SchemaComments.None));
            nodes[node.Id] = node;
        }

        List<SchemaFile> files =
            [.. Structs(root.GetPointer(1)).Select(file => new SchemaFile(file.GetUInt64(0), file.GetPointer(0).ReadText()))];
        return new SchemaRequest(nodes, files);
    }

    internal static IEnumerable<StructReader> Structs(PointerReader pointer)
    {
        ListReader list = pointer.ReadList(ElementSize.Composite);
        for (int i = 0; i < list.Count; i++)
            yield return list.GetStruct(i);
    }
}
