@0x9c3505dc45e146ac;
# The node's JSON-RPC over IPC; here only because Init leads to it. As Bitcoin Core 32 (in development) has it.

using CSharp = import "/csharp.capnp";
$CSharp.namespace("BitcoinCore.Ipc.Generated.V32");

using Proxy = import "proxy.capnp";

interface Rpc {
  executeRpc @0 (context :Proxy.Context, request :Text, uri :Text, user :Text) -> (result :Text);
}
