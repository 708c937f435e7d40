namespace Capnp.Generator.Schema;

/// <summary>The kinds of types; the numbers of the union in schema.capnp.</summary>
public enum SchemaTypeKind
{
    /// <summary>Void.</summary>
    Void = 0,

    /// <summary>Bool.</summary>
    Bool = 1,

    /// <summary>Int8.</summary>
    Int8 = 2,

    /// <summary>Int16.</summary>
    Int16 = 3,

    /// <summary>Int32.</summary>
    Int32 = 4,

    /// <summary>Int64.</summary>
    Int64 = 5,

    /// <summary>UInt8.</summary>
    UInt8 = 6,

    /// <summary>UInt16.</summary>
    UInt16 = 7,

    /// <summary>UInt32.</summary>
    UInt32 = 8,

    /// <summary>UInt64.</summary>
    UInt64 = 9,

    /// <summary>Float32.</summary>
    Float32 = 10,

    /// <summary>Float64.</summary>
    Float64 = 11,

    /// <summary>Text.</summary>
    Text = 12,

    /// <summary>Data.</summary>
    Data = 13,

    /// <summary>A list.</summary>
    List = 14,

    /// <summary>An enum.</summary>
    Enum = 15,

    /// <summary>A struct.</summary>
    Struct = 16,

    /// <summary>An interface.</summary>
    Interface = 17,

    /// <summary>Anything a pointer can point to.</summary>
    AnyPointer = 18,
}

/// <summary>A type.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="TypeId">The node of an enum, a struct or an interface.</param>
/// <param name="Element">What a list holds.</param>
public sealed record SchemaType(SchemaTypeKind Kind, ulong TypeId, SchemaType? Element)
{
    internal static SchemaType Read(StructReader raw)
    {
        SchemaTypeKind kind = (SchemaTypeKind)raw.GetUInt16(0);
        return kind switch
        {
            > SchemaTypeKind.AnyPointer => throw new UnsupportedSchemaException($"a type of the unknown kind {kind}"),
            SchemaTypeKind.List => new SchemaType(kind, 0, Read(raw.GetPointer(0).ReadStruct())),
            SchemaTypeKind.Enum or SchemaTypeKind.Struct or SchemaTypeKind.Interface => new SchemaType(kind, raw.GetUInt64(8), null),
            _ => new SchemaType(kind, 0, null),
        };
    }
}
