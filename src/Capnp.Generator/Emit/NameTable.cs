using Capnp.Generator.Schema;

namespace Capnp.Generator.Emit;

/// <summary>C# names of a request's declarations, as seen from one namespace.</summary>
public sealed class NameTable
{
    /// <summary>Id of the annotation <c>namespace</c> in capnp/csharp.capnp.</summary>
    private const ulong NamespaceAnnotation = 0xd3a1c0f4e9b27a56;

    /// <summary>Id of the annotation <c>internal</c> in capnp/csharp.capnp.</summary>
    private const ulong InternalAnnotation = 0xa94c6b7de20f3185;

    private readonly SchemaRequest _request;

    /// <summary>Makes the names.</summary>
    /// <param name="request">The request.</param>
    /// <param name="file">The file being generated.</param>
    public NameTable(SchemaRequest request, SchemaNode file)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(file);
        _request = request;
        Namespace = NamespaceOf(file)
            ?? throw new UnsupportedSchemaException($"{file.Name}: the file says no namespace ($CSharp.namespace)");
        Access = file.Annotations.ContainsKey(InternalAnnotation) ? "internal" : "public";
    }

    /// <summary>The namespace of the file.</summary>
    public string Namespace { get; }

    /// <summary>The accessibility of its types.</summary>
    public string Access { get; }

    /// <summary>The namespace a file asks for, or null.</summary>
    /// <param name="file">The file's node.</param>
    public static string? NamespaceOf(SchemaNode file) => file?.Annotations.GetValueOrDefault(NamespaceAnnotation);

    /// <summary>A schema's name in C#'s spelling.</summary>
    /// <param name="name">The name.</param>
    public static string Pascal(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return char.ToUpperInvariant(name[0]) + name[1..];
    }

    /// <summary>How the code refers to a declaration.</summary>
    /// <param name="id">The declaration's node.</param>
    public string Reference(ulong id)
    {
        SchemaNode node = _request.Nodes[id];
        string path = Pascal(node.Name);
        SchemaNode scope = _request.Nodes.GetValueOrDefault(node.ScopeId)
            ?? throw new UnsupportedSchemaException($"{node.Name}: a declaration outside of any file");
        for (; scope.Kind != SchemaNodeKind.File; scope = _request.Nodes[scope.ScopeId])
            path = Pascal(scope.Name) + "." + path;
        string space = NamespaceOf(scope) ?? throw new UnsupportedSchemaException($"{scope.Name}: a file without a namespace");
        return space == Namespace ? path : $"global::{space}.{path}";
    }
}
