using System.Globalization;

namespace Capnp.Generator.Schema;

/// <summary>A value of a schema as a C# literal.</summary>
/// <param name="Literal">The literal; null for a pointer's value.</param>
/// <param name="IsZero">Whether it is what an absent field reads as.</param>
/// <param name="Text">A text's value.</param>
public sealed record SchemaValue(string? Literal, bool IsZero, string Text)
{
    internal static SchemaValue Read(StructReader raw)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        return (SchemaTypeKind)raw.GetUInt16(0) switch
        {
            SchemaTypeKind.Bool => new(raw.GetBool(16) ? "true" : "false", !raw.GetBool(16), ""),
            SchemaTypeKind.Int8 => new(raw.GetInt8(2).ToString(c), raw.GetInt8(2) == 0, ""),
            SchemaTypeKind.Int16 => new(raw.GetInt16(2).ToString(c), raw.GetInt16(2) == 0, ""),
            SchemaTypeKind.Int32 => new(raw.GetInt32(4).ToString(c), raw.GetInt32(4) == 0, ""),
            SchemaTypeKind.Int64 => new(raw.GetInt64(8).ToString(c), raw.GetInt64(8) == 0, ""),
            SchemaTypeKind.UInt8 => new(raw.GetUInt8(2).ToString(c), raw.GetUInt8(2) == 0, ""),
            SchemaTypeKind.UInt16 or SchemaTypeKind.Enum => new(raw.GetUInt16(2).ToString(c), raw.GetUInt16(2) == 0, ""),
            SchemaTypeKind.UInt32 => new(raw.GetUInt32(4).ToString(c), raw.GetUInt32(4) == 0, ""),
            SchemaTypeKind.UInt64 => new(raw.GetUInt64(8).ToString(c), raw.GetUInt64(8) == 0, ""),
            SchemaTypeKind.Float32 => new(raw.GetFloat32(4).ToString("R", c) + "f", raw.GetUInt32(4) == 0, ""),
            SchemaTypeKind.Float64 => new(raw.GetFloat64(8).ToString("R", c) + "d", raw.GetUInt64(8) == 0, ""),
            SchemaTypeKind.Text => new(null, true, raw.GetPointer(0).ReadText()),
            _ => new(null, true, ""),
        };
    }
}
