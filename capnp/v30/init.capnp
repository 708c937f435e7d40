@0xf2c5cfa319406aa6;
# The bootstrap capability of the node's socket. As Bitcoin Core 30.x has it.

using CSharp = import "/csharp.capnp";
$CSharp.namespace("BitcoinCore.Ipc.Generated.V30");

using Proxy = import "proxy.capnp";
using Echo = import "echo.capnp";
using Mining = import "mining.capnp";

interface Init {
  construct @0 (threadMap :Proxy.ThreadMap) -> (threadMap :Proxy.ThreadMap);
  # Exchanges the thread maps; a caller that is never called back sends none.
  makeEcho @1 (context :Proxy.Context) -> (result :Echo.Echo);
  makeMining @2 (context :Proxy.Context) -> (result :Mining.Mining);
}
