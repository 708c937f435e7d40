@0x888b4f7f51e691f7;
# A test interface that answers what it is told. As Bitcoin Core 30.x has it.

using CSharp = import "/csharp.capnp";
$CSharp.namespace("BitcoinCore.Ipc.Generated.V30");

using Proxy = import "proxy.capnp";

interface Echo {
  destroy @0 (context :Proxy.Context) -> ();
  echo @1 (context :Proxy.Context, echo :Text) -> (result :Text);
}
