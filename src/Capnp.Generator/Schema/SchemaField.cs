namespace Capnp.Generator.Schema;

/// <summary>A field of a struct.</summary>
/// <param name="Name">Its name in the schema.</param>
/// <param name="Comment">Its comment; may be empty.</param>
/// <param name="CodeOrder">Its place in the source.</param>
/// <param name="Discriminant">Its number in the union, or null outside of one.</param>
/// <param name="Offset">Its place, in units of its own size; for pointers their number.</param>
/// <param name="Type">Its type, or null for a group.</param>
/// <param name="Default">Its default.</param>
/// <param name="HasExplicitDefault">Whether the schema gives the default.</param>
/// <param name="GroupId">The group's node, or 0.</param>
public sealed record SchemaField(
    string Name, string Comment, int CodeOrder, int? Discriminant, int Offset, SchemaType? Type, SchemaValue? Default,
    bool HasExplicitDefault, ulong GroupId)
{
    private const ushort NoDiscriminant = 0xffff;

    internal static SchemaField Read(StructReader raw, string comment)
    {
        ushort discriminant = raw.GetUInt16(2, NoDiscriminant);
        bool group = raw.GetUInt16(8) == 1;
        return new SchemaField(
            raw.GetPointer(0).ReadText(),
            comment,
            raw.GetUInt16(0),
            discriminant == NoDiscriminant ? null : discriminant,
            group ? 0 : (int)raw.GetUInt32(4),
            group ? null : SchemaType.Read(raw.GetPointer(2).ReadStruct()),
            group ? null : SchemaValue.Read(raw.GetPointer(3).ReadStruct()),
            !group && raw.GetBool(128),
            group ? raw.GetUInt64(16) : 0);
    }
}
