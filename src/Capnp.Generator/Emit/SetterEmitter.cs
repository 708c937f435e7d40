using Capnp.Generator.Schema;

namespace Capnp.Generator.Emit;

/// <summary>Emits how a builder sets one field; a member of a union also sets the tag.</summary>
internal sealed class SetterEmitter(CodeWriter writer, NameTable names, SchemaRequest request)
{
    internal void Emit(SchemaField field, string tag)
    {
        string name = NameTable.Pascal(field.Name);
        if (field.Type is not { } type)
        {
            Method($"public {name}.Builder Init{name}()", tag, $"return new {name}.Builder(_raw);");
            return;
        }

        string pointer = $"_raw.GetPointer({field.Offset})";
        if (ValueType.Of(type.Kind) is { } value)
        {
            string place = StructEmitter.Place(field, value);
            Property(value.CSharp, name, tag, $"_raw.Set{value.Accessor}({place}, value{StructEmitter.DefaultOf(field)});");
            return;
        }

        switch (type.Kind)
        {
            case SchemaTypeKind.Void:
                if (tag.Length > 0)
                    Method($"public void Set{name}()", tag, "");
                break;
            case SchemaTypeKind.Enum:
                string set = $"_raw.SetUInt16({field.Offset * 2}, (ushort)value{StructEmitter.DefaultOf(field)});";
                Property(names.Reference(type.TypeId), name, tag, set);
                break;
            case SchemaTypeKind.Text:
                Property("string?", name, tag, $"{pointer}.SetText(value);");
                break;
            case SchemaTypeKind.Data:
                Property("ReadOnlySpan<byte>", name, tag, $"{pointer}.SetData(value);");
                break;
            case SchemaTypeKind.Struct:
                string builder = names.Reference(type.TypeId) + ".Builder";
                Method($"public {builder} Init{name}()", tag, $"return new {builder}({pointer}.InitStruct({Shape(type.TypeId)}));");
                break;
            case SchemaTypeKind.AnyPointer:
                Method($"public PointerBuilder Init{name}()", tag, $"return {pointer};");
                break;
            case SchemaTypeKind.Interface:
                string client = names.Reference(type.TypeId) + ".Client";
                Method($"public void Set{name}({client}? value)", tag, $"{pointer}.SetCapability(value?.Capability);");
                break;
            default:
                EmitList(field, type.Element!, name, tag, pointer);
                break;
        }
    }

    private void EmitList(SchemaField field, SchemaType element, string name, string tag, string pointer)
    {
        if (element.Kind == SchemaTypeKind.Struct)
        {
            string builder = names.Reference(element.TypeId) + ".Builder";
            writer.Open($"public {builder}[] Init{name}(int count)");
            if (tag.Length > 0)
                writer.Line(tag.Trim());
            writer.Line($"ListBuilder list = {pointer}.InitStructList(count, {Shape(element.TypeId)});");
            writer.Line($"{builder}[] elements = new {builder}[count];");
            writer.Line("for (int i = 0; i < count; i++)");
            writer.Line($"    elements[i] = new {builder}(list.GetStruct(i));");
            writer.Line("return elements;");
            writer.Close();
            return;
        }

        (string type, ElementSize size, string set) = ValueType.Of(element.Kind) is { } value
            ? (value.CSharp, value.ElementSize, $"list.Set{value.Accessor}(i, values[i]);")
            : element.Kind switch
            {
                SchemaTypeKind.Text => ("string", ElementSize.Pointer, "list.GetPointer(i).SetText(values[i]);"),
                SchemaTypeKind.Data => ("ReadOnlyMemory<byte>", ElementSize.Pointer, "list.GetPointer(i).SetData(values[i].Span);"),
                _ => throw new UnsupportedSchemaException($"{field.Name}: a list of {element.Kind}"),
            };
        writer.Open($"public void Set{name}(IReadOnlyList<{type}> values)");
        if (tag.Length > 0)
            writer.Line(tag.Trim());
        writer.Line($"ListBuilder list = {pointer}.InitList(ElementSize.{size}, values.Count);");
        writer.Line("for (int i = 0; i < values.Count; i++)");
        writer.Line("    " + set);
        writer.Close();
    }

    private string Shape(ulong structId) => $"{request.Nodes[structId].DataWords}, {request.Nodes[structId].PointerCount}";

    private void Property(string type, string name, string tag, string set)
    {
        writer.Open($"public {type} {name}");
        writer.Line($"set {{ {tag}{set} }}");
        writer.Close();
    }

    private void Method(string signature, string tag, string body)
    {
        writer.Open(signature);
        if (tag.Length > 0)
            writer.Line(tag.Trim());
        if (body.Length > 0)
            writer.Line(body);
        writer.Close();
    }
}
