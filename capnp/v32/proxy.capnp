@0xcc316e3f71a040fb;
# libmultiprocess' own types: where in the node a call runs. As Bitcoin Core 32 (in development) has it.

using CSharp = import "/csharp.capnp";
$CSharp.namespace("BitcoinCore.Ipc.Generated.V32");

interface ThreadMap {
  # Makes threads in the other process.
  makeThread @0 (name :Text) -> (result :Thread);
  makePool @1 (count :UInt32) -> ();
  # Threads shared by the calls whose context names none.
}

interface Thread {
  # A thread of the other process; it executes one call at a time.
  getName @0 () -> (result :Text);
}

struct Context {
  # First parameter of most methods.
  thread @0 :Thread;
  # The node's thread to execute the call on.
  callbackThread @1 :Thread;
  # The caller's thread for calls the node makes meanwhile; may be null when it makes none.
}
