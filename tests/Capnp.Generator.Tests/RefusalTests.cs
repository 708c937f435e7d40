using Capnp.Generator.Emit;
using Capnp.Generator.Schema;
using Xunit;

namespace Capnp.Generator.Tests;

public class RefusalTests
{
    [Fact]
    public void A_file_without_a_namespace_is_refused_by_name()
    {
        // CodeGeneratorRequest { nodes: [file 1 "a.capnp", struct 2 "a.capnp:S" in it], requestedFiles: [1 "a.capnp"] }
        MessageBuilder message = new();
        StructBuilder root = message.Root.InitStruct(0, 4);
        ListBuilder nodes = root.GetPointer(0).InitStructList(2, 5, 6);
        StructBuilder file = nodes.GetStruct(0);
        file.SetUInt64(0, 1);
        file.GetPointer(0).SetText("a.capnp");
        file.GetPointer(1).InitStructList(1, 1, 1).GetStruct(0).SetUInt64(0, 2);
        StructBuilder node = nodes.GetStruct(1);
        node.SetUInt64(0, 2);
        node.GetPointer(0).SetText("a.capnp:S");
        node.SetUInt32(8, 8);
        node.SetUInt16(12, 1);
        node.SetUInt64(16, 1);
        StructBuilder requested = root.GetPointer(1).InitStructList(1, 1, 2).GetStruct(0);
        requested.SetUInt64(0, 1);
        requested.GetPointer(0).SetText("a.capnp");
        SchemaRequest request = SchemaRequest.Read(MessageReader.Parse(message.ToFrame()));

        UnsupportedSchemaException refusal = Assert.Throws<UnsupportedSchemaException>(
            () => FileEmitter.TryEmit(request, request.Files[0]));

        Assert.Contains("a.capnp", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("namespace", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_request_is_malformed_and_nothing_else() =>
        Assert.Throws<CapnpFormatException>(
            () => SchemaRequest.Read(MessageReader.Parse(Convert.FromHexString("00000000010000000000000001000000"))));
}
