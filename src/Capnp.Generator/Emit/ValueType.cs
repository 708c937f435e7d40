using Capnp.Generator.Schema;

namespace Capnp.Generator.Emit;

/// <summary>How a type that lies in the data section is written in C#.</summary>
/// <param name="CSharp">The keyword.</param>
/// <param name="Accessor">The end of the runtime's Get and Set methods.</param>
/// <param name="Bytes">Its size; 0 for a bit.</param>
/// <param name="ElementSize">How a list stores it.</param>
public sealed record ValueType(string CSharp, string Accessor, int Bytes, ElementSize ElementSize)
{
    /// <summary>Finds a type; null for those that are pointers or have no bits, and for enums.</summary>
    /// <param name="kind">Its kind.</param>
    public static ValueType? Of(SchemaTypeKind kind) => kind switch
    {
        SchemaTypeKind.Bool => new("bool", "Bool", 0, ElementSize.Bit),
        SchemaTypeKind.Int8 => new("sbyte", "Int8", 1, ElementSize.Byte),
        SchemaTypeKind.Int16 => new("short", "Int16", 2, ElementSize.TwoBytes),
        SchemaTypeKind.Int32 => new("int", "Int32", 4, ElementSize.FourBytes),
        SchemaTypeKind.Int64 => new("long", "Int64", 8, ElementSize.EightBytes),
        SchemaTypeKind.UInt8 => new("byte", "UInt8", 1, ElementSize.Byte),
        SchemaTypeKind.UInt16 => new("ushort", "UInt16", 2, ElementSize.TwoBytes),
        SchemaTypeKind.UInt32 => new("uint", "UInt32", 4, ElementSize.FourBytes),
        SchemaTypeKind.UInt64 => new("ulong", "UInt64", 8, ElementSize.EightBytes),
        SchemaTypeKind.Float32 => new("float", "Float32", 4, ElementSize.FourBytes),
        SchemaTypeKind.Float64 => new("double", "Float64", 8, ElementSize.EightBytes),
        _ => null,
    };
}
