@0xcd2c6232cb484a28;
# Types shared by the node's interfaces. As Bitcoin Core 30.x has it.

using CSharp = import "/csharp.capnp";
$CSharp.namespace("BitcoinCore.Ipc.Generated.V30");

struct BlockRef {
  # A block by hash (32 bytes in the internal order) and height.
  hash @0 :Data;
  height @1 :Int32;
}
