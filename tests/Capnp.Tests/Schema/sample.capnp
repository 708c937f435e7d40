@0xe5b2a17c94d0f836;
# What the tests of the runtime and of the generator speak about: every kind of field, and an interface that hands out others.

using CSharp = import "/csharp.capnp";
$CSharp.namespace("Capnp.Tests.Schema");

const answer :Int32 = 42;

enum Colour {
  red @0;
  green @1;
  blue @2;
}

struct Everything {
  # Every kind of field.
  flag @0 :Bool = true;
  int8 @1 :Int8 = -8;
  int16 @2 :Int16 = -16;
  int32 @3 :Int32 = -32;
  int64 @4 :Int64 = -64;
  uInt8 @5 :UInt8 = 8;
  uInt16 @6 :UInt16 = 16;
  uInt32 @7 :UInt32 = 32;
  uInt64 @8 :UInt64 = 64;
  float32 @9 :Float32 = 1.5;
  float64 @10 :Float64 = 2.5;
  text @11 :Text;
  data @12 :Data;
  colour @13 :Colour = blue;
  point @14 :Point;
  bools @15 :List(Bool);
  longs @16 :List(Int64);
  texts @17 :List(Text);
  blobs @18 :List(Data);
  points @19 :List(Point);
  any @20 :AnyPointer;
  union {
    nothing @21 :Void;
    number @22 :UInt32;
    name @23 :Text;
  }
  pair :group {
    left @24 :Int16;
    right @25 :Int16;
  }
}

struct Point {
  x @0 :Int32;
  y @1 :Int32;
  label @2 :Text;
}

interface Counter {
  # Counts.
  add @0 (amount :UInt32) -> (total :UInt64);
  wait @1 () -> ();
  # Ends only when given up.
  fail @2 (kind :UInt16, reason :Text) -> ();
}

interface Factory {
  make @0 (name :Text) -> (counter :Counter);
  echo @1 (counter :Counter) -> (same :Counter);
  slowly @2 (counter :Counter) -> (same :Counter);
  # As echo, but the answer comes when the factory is told to.
  bytes @3 (count :UInt32) -> (data :Data);
  callBack @4 (counter :Counter, times :UInt32) -> (total :UInt64);
}
