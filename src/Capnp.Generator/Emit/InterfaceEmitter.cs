using Capnp.Generator.Schema;

namespace Capnp.Generator.Emit;

/// <summary>Emits an interface: a static class with the client's proxy, the server's skeleton and the structs of the methods.</summary>
internal sealed class InterfaceEmitter(CodeWriter writer, SchemaRequest request, NameTable names)
{
    internal void Emit(SchemaNode node, string access)
    {
        writer.Doc(node.Comments.Node);
        writer.Open($"{access} static class {NameTable.Pascal(node.Name)}");
        writer.Line("/// <summary>The interface's id on the wire.</summary>");
        writer.Line($"public const ulong InterfaceId = 0x{node.Id:x16};");
        writer.Line();
        EmitClient(node);
        EmitServer(node);
        StructEmitter structs = new(writer, request, names);
        foreach (SchemaMethod method in node.Methods)
        {
            structs.Emit(MethodStruct(method, method.ParamsId), Params(method), "public");
            structs.Emit(MethodStruct(method, method.ResultsId), Results(method), "public");
        }

        foreach (ulong nested in node.Nested)
            FileEmitter.EmitDeclaration(writer, request, names, request.Nodes[nested], "public");
        writer.Close();
    }

    private static string Params(SchemaMethod method) => NameTable.Pascal(method.Name) + "Params";

    private static string Results(SchemaMethod method) => NameTable.Pascal(method.Name) + "Results";

    private SchemaNode MethodStruct(SchemaMethod method, ulong id)
    {
        SchemaNode node = request.Nodes[id];
        return node.ScopeId == 0
            ? node
            : throw new UnsupportedSchemaException($"{method.Name}: a method that takes or gives a named struct");
    }

    private void EmitClient(SchemaNode node)
    {
        writer.Line("/// <summary>Calls the interface; owns one reference to the capability.</summary>");
        writer.Open("public sealed class Client : CapabilityClient");
        writer.Open("public Client(Capability capability) : base(capability)");
        writer.Close();
        foreach (SchemaMethod method in node.Methods)
        {
            writer.Doc(method.Comment);
            writer.Line($"public RpcCall<{Results(method)}.Reader> {NameTable.Pascal(method.Name)}(");
            writer.Line($"    Action<{Params(method)}.Builder>? parameters = null, CancellationToken cancellationToken = default) =>");
            writer.Line($"    Call<{Params(method)}.Builder, {Results(method)}.Reader>("
                + $"InterfaceId, {method.Number}, parameters, cancellationToken);");
            writer.Line();
        }

        writer.Close();
    }

    private void EmitServer(SchemaNode node)
    {
        writer.Line("/// <summary>Serves the interface; a method not overridden answers \"unimplemented\".</summary>");
        writer.Open("public abstract class Server : ServerCapability");
        writer.Open("public sealed override ValueTask DispatchAsync(CallContext context)");
        writer.Line("if (context.InterfaceId != InterfaceId)");
        writer.Line("    return context.Unimplemented();");
        writer.Line("return context.MethodId switch");
        writer.Line("{");
        foreach (SchemaMethod method in node.Methods)
            writer.Line($"    {method.Number} => {NameTable.Pascal(method.Name)}(new(context)),");
        writer.Line("    _ => context.Unimplemented(),");
        writer.Line("};");
        writer.Close();
        foreach (SchemaMethod method in node.Methods)
        {
            writer.Doc(method.Comment);
            string context = $"CallContext<{Params(method)}.Reader, {Results(method)}.Builder> context";
            writer.Line($"protected virtual ValueTask {NameTable.Pascal(method.Name)}(");
            writer.Line($"    {context}) => context.Unimplemented();");
            writer.Line();
        }

        writer.Close();
    }
}
