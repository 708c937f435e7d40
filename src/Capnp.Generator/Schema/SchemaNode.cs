namespace Capnp.Generator.Schema;

/// <summary>What a node declares; the numbers of the union in schema.capnp.</summary>
public enum SchemaNodeKind
{
    /// <summary>A file.</summary>
    File = 0,

    /// <summary>A struct or a group.</summary>
    Struct = 1,

    /// <summary>An enum.</summary>
    Enum = 2,

    /// <summary>An interface.</summary>
    Interface = 3,

    /// <summary>A constant.</summary>
    Const = 4,

    /// <summary>An annotation.</summary>
    Annotation = 5,
}

/// <summary>A declaration of a schema.</summary>
public sealed class SchemaNode
{
    private SchemaNode()
    {
    }

    /// <summary>Its id.</summary>
    public ulong Id { get; private init; }

    /// <summary>Id of the declaration it stands in; 0 for a file and for a method's parameter struct.</summary>
    public ulong ScopeId { get; private init; }

    /// <summary>Its name within its scope.</summary>
    public string Name { get; private init; } = "";

    /// <summary>What it declares.</summary>
    public SchemaNodeKind Kind { get; private init; }

    /// <summary>Its comments.</summary>
    public SchemaComments Comments { get; private init; } = SchemaComments.None;

    /// <summary>Declarations in its scope, in the order of the source.</summary>
    public IReadOnlyList<ulong> Nested { get; private init; } = [];

    /// <summary>Annotations by id, with their text.</summary>
    public IReadOnlyDictionary<ulong, string> Annotations { get; private init; } = new Dictionary<ulong, string>();

    /// <summary>Words of a struct's data section.</summary>
    public int DataWords { get; private init; }

    /// <summary>Pointers of a struct.</summary>
    public int PointerCount { get; private init; }

    /// <summary>Whether a struct is a group of another one.</summary>
    public bool IsGroup { get; private init; }

    /// <summary>Members of a struct's union; 0 without one.</summary>
    public int DiscriminantCount { get; private init; }

    /// <summary>Place of the union's tag, in units of two bytes.</summary>
    public int DiscriminantOffset { get; private init; }

    /// <summary>A struct's fields.</summary>
    public IReadOnlyList<SchemaField> Fields { get; private init; } = [];

    /// <summary>An enum's enumerants, by number.</summary>
    public IReadOnlyList<string> Enumerants { get; private init; } = [];

    /// <summary>An interface's methods, by number.</summary>
    public IReadOnlyList<SchemaMethod> Methods { get; private init; } = [];

    /// <summary>A constant's type.</summary>
    public SchemaType? ConstType { get; private init; }

    /// <summary>A constant's value.</summary>
    public SchemaValue? ConstValue { get; private init; }

    internal static SchemaNode Read(StructReader raw, SchemaComments comments)
    {
        SchemaNodeKind kind = (SchemaNodeKind)raw.GetUInt16(12);
        bool isStruct = kind == SchemaNodeKind.Struct;
        if (kind == SchemaNodeKind.Interface && raw.GetPointer(4).ReadList(ElementSize.Composite).Count != 0)
            throw new UnsupportedSchemaException($"{raw.GetPointer(0).ReadText()}: an interface that extends another");
        return new SchemaNode
        {
            Id = raw.GetUInt64(0),
            ScopeId = raw.GetUInt64(16),
            Name = raw.GetPointer(0).ReadText()[(int)raw.GetUInt32(8)..],
            Kind = kind,
            Comments = comments,
            Nested = [.. SchemaRequest.Structs(raw.GetPointer(1)).Select(nested => nested.GetUInt64(0))],
            Annotations = SchemaRequest.Structs(raw.GetPointer(2)).ToDictionary(
                annotation => annotation.GetUInt64(0), annotation => SchemaValue.Read(annotation.GetPointer(0).ReadStruct()).Text),
            DataWords = isStruct ? raw.GetUInt16(14) : 0,
            PointerCount = isStruct ? raw.GetUInt16(24) : 0,
            IsGroup = isStruct && raw.GetBool(224),
            DiscriminantCount = isStruct ? raw.GetUInt16(30) : 0,
            DiscriminantOffset = isStruct ? (int)raw.GetUInt32(32) : 0,
            Fields = isStruct
                ? [.. SchemaRequest.Structs(raw.GetPointer(3)).Select((field, i) => SchemaField.Read(field, comments.Member(i)))]
                : [],
            Enumerants = kind == SchemaNodeKind.Enum
                ? [.. SchemaRequest.Structs(raw.GetPointer(3)).Select(enumerant => enumerant.GetPointer(0).ReadText())] : [],
            Methods = kind == SchemaNodeKind.Interface
                ? [.. SchemaRequest.Structs(raw.GetPointer(3)).Select((method, i) => SchemaMethod.Read(method, i, comments.Member(i)))]
                : [],
            ConstType = kind == SchemaNodeKind.Const ? SchemaType.Read(raw.GetPointer(3).ReadStruct()) : null,
            ConstValue = kind == SchemaNodeKind.Const ? SchemaValue.Read(raw.GetPointer(4).ReadStruct()) : null,
        };
    }
}
