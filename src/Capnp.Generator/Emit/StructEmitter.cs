using Capnp.Generator.Schema;

namespace Capnp.Generator.Emit;

/// <summary>Emits a struct or group: a static class with its reader, its builder and what is declared inside it.</summary>
internal sealed class StructEmitter(CodeWriter writer, SchemaRequest request, NameTable names)
{
    internal void Emit(SchemaNode node, string name, string access)
    {
        List<SchemaField> fields = [.. node.Fields.OrderBy(field => field.CodeOrder)];
        writer.Doc(node.Comments.Node);
        writer.Open($"{access} static class {name}");
        if (node.DiscriminantCount > 0)
        {
            writer.Line("/// <summary>Which member of the union is set; a later schema may know others.</summary>");
            writer.Open("public enum Which : ushort");
            foreach (SchemaField field in fields.Where(field => field.Discriminant is not null).OrderBy(field => field.Discriminant))
                writer.Line($"{NameTable.Pascal(field.Name)} = {field.Discriminant},");
            writer.Close();
        }

        if (node.ScopeId == 0 && name.EndsWith("Results", StringComparison.Ordinal))
            EmitPipelines(fields);
        EmitReader(node, fields);
        EmitBuilder(node, fields);
        foreach (SchemaField field in fields.Where(field => field.GroupId != 0))
            Emit(request.Nodes[field.GroupId], NameTable.Pascal(field.Name), "public");
        foreach (ulong nested in node.Nested)
            FileEmitter.EmitDeclaration(writer, request, names, request.Nodes[nested], "public");
        writer.Close();
    }

    private void EmitPipelines(List<SchemaField> fields)
    {
        foreach (SchemaField field in fields.Where(field => field.Type?.Kind == SchemaTypeKind.Interface))
        {
            string client = names.Reference(field.Type!.TypeId) + ".Client";
            string name = NameTable.Pascal(field.Name);
            writer.Doc($"The capability {field.Name} of an answer that may not have come yet, to be called at once.");
            writer.Line($"public static {client} Pipeline{name}(RpcCall<Reader> call) => new(call.Pipeline({field.Offset}));");
            writer.Line();
        }
    }

    private void EmitReader(SchemaNode node, List<SchemaField> fields)
    {
        writer.Open("public readonly struct Reader : ICapnpReader<Reader>");
        writer.Line("private readonly StructReader _raw;");
        writer.Line();
        writer.Line("public Reader(StructReader raw) => _raw = raw;");
        writer.Line();
        if (node.DiscriminantCount > 0)
        {
            writer.Line($"public Which Union => (Which)_raw.GetUInt16({node.DiscriminantOffset * 2});");
            writer.Line();
        }

        foreach (SchemaField field in fields)
            EmitGetter(field);
        writer.Line("public static Reader Create(StructReader raw) => new(raw);");
        writer.Close();
    }

    private void EmitGetter(SchemaField field)
    {
        string name = NameTable.Pascal(field.Name);
        if (field.Type?.Kind == SchemaTypeKind.Void)
            return;
        writer.Doc(field.Comment);
        writer.Line(field.Type is { } type ? Getter(field, type, name) : $"public {name}.Reader {name} => new(_raw);");
        writer.Line();
    }

    private string Getter(SchemaField field, SchemaType type, string name)
    {
        string pointer = $"_raw.GetPointer({field.Offset})";
        if (ValueType.Of(type.Kind) is { } value)
            return $"public {value.CSharp} {name} => _raw.Get{value.Accessor}({Place(field, value)}{DefaultOf(field)});";
        if (field.HasExplicitDefault && type.Kind != SchemaTypeKind.Enum)
            throw new UnsupportedSchemaException($"{field.Name}: a pointer with a default");
        switch (type.Kind)
        {
            case SchemaTypeKind.Enum:
                string enumName = names.Reference(type.TypeId);
                return $"public {enumName} {name} => ({enumName})_raw.GetUInt16({field.Offset * 2}{DefaultOf(field)});";
            case SchemaTypeKind.Text:
                return $"public string {name} => {pointer}.ReadText();";
            case SchemaTypeKind.Data:
                return $"public ReadOnlyMemory<byte> {name} => {pointer}.ReadData();";
            case SchemaTypeKind.Struct:
                return $"public {names.Reference(type.TypeId)}.Reader {name} => new({pointer}.ReadStruct());";
            case SchemaTypeKind.AnyPointer:
                return $"public PointerReader {name} => {pointer};";
            case SchemaTypeKind.Interface:
                string client = names.Reference(type.TypeId) + ".Client";
                return $"public {client}? Get{name}() => {pointer}.ReadCapability() is {{ }} capability ? new {client}(capability) : null;";
            default:
                (string element, string size, string read) = ListElement(field, type.Element!);
                return $"public CapnpList<{element}> {name} => new({pointer}.ReadList(ElementSize.{size}), static (list, i) => {read});";
        }
    }

    private (string Type, string Size, string Read) ListElement(SchemaField field, SchemaType element)
    {
        if (ValueType.Of(element.Kind) is { } value)
            return (value.CSharp, value.ElementSize.ToString(), $"list.Get{value.Accessor}(i)");
        switch (element.Kind)
        {
            case SchemaTypeKind.Text:
                return ("string", "Pointer", "list.GetPointer(i).ReadText()");
            case SchemaTypeKind.Data:
                return ("ReadOnlyMemory<byte>", "Pointer", "list.GetPointer(i).ReadData()");
            case SchemaTypeKind.Struct:
                string reader = names.Reference(element.TypeId) + ".Reader";
                return (reader, "Composite", $"new {reader}(list.GetStruct(i))");
            default:
                throw new UnsupportedSchemaException($"{field.Name}: a list of {element.Kind}");
        }
    }

    private void EmitBuilder(SchemaNode node, List<SchemaField> fields)
    {
        writer.Open("public readonly struct Builder : ICapnpBuilder<Builder>");
        writer.Line("private readonly StructBuilder _raw;");
        writer.Line();
        writer.Line("public Builder(StructBuilder raw) => _raw = raw;");
        writer.Line();
        writer.Line($"public static int DataWords => {node.DataWords};");
        writer.Line();
        writer.Line($"public static int PointerCount => {node.PointerCount};");
        writer.Line();
        foreach (SchemaField field in fields)
        {
            string tag = field.Discriminant is { } number ? $"_raw.SetUInt16({node.DiscriminantOffset * 2}, {number}); " : "";
            writer.Doc(field.Comment);
            new SetterEmitter(writer, names, request).Emit(field, tag);
            writer.Line();
        }

        writer.Line("public static Builder Create(StructBuilder raw) => new(raw);");
        writer.Close();
    }

    internal static string Place(SchemaField field, ValueType value) =>
        (value.Bytes == 0 ? field.Offset : field.Offset * value.Bytes).ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal static string DefaultOf(SchemaField field) => field.Default is { IsZero: false } value ? $", {value.Literal}" : "";
}
