@0xb7d6b3b4a5c8e1f2;
# What src/Capnp.Generator needs to know beyond the schema itself. Never on the wire.

annotation namespace @0xd3a1c0f4e9b27a56 (file) :Text;
# The C# namespace the file's types go to.

annotation internal @0xa94c6b7de20f3185 (file) :Void;
# The file's types are an implementation detail of the assembly they are generated into.
