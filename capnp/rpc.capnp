@0xb312981b2552a250;
# Cap'n Proto's RPC protocol, levels 0 and 1 of the two-party network (https://capnproto.org/rpc.html). Ids, ordinals,
# types and defaults are those of the protocol. Levels 3 and 4 (provide, accept, join) appear so that such a message can
# be recognised and answered with `unimplemented`.

using CSharp = import "csharp.capnp";
$CSharp.namespace("Capnp.Rpc.Wire");
$CSharp.internal;

struct Message {
  # One of these per frame.
  union {
    unimplemented @0 :Message;
    # A message we sent that the peer does not know, returned to us.
    abort @1 :Exception;
    # The peer ends the connection, and why.
    call @2 :Call;
    return @3 :Return;
    finish @4 :Finish;
    resolve @5 :Resolve;
    release @6 :Release;
    obsoleteSave @7 :AnyPointer;
    bootstrap @8 :Bootstrap;
    obsoleteDelete @9 :AnyPointer;
    provide @10 :AnyPointer;
    accept @11 :AnyPointer;
    join @12 :AnyPointer;
    disembargo @13 :Disembargo;
  }
}

struct Bootstrap {
  # Asks for the capability a vat offers to whoever connects.
  questionId @0 :UInt32;
  deprecatedObjectId @1 :AnyPointer;
}

struct Call {
  # Starts a method call; the caller chooses the question id, free to be used again after Return and Finish.
  questionId @0 :UInt32;
  target @1 :MessageTarget;
  interfaceId @2 :UInt64;
  methodId @3 :UInt16;
  params @4 :Payload;
  sendResultsTo :union {
    caller @5 :Void;
    yourself @6 :Void;
    thirdParty @7 :AnyPointer;
  }
  allowThirdPartyTailCall @8 :Bool = false;
}

struct Return {
  # The end of a call, sent exactly once for each, also for a cancelled one.
  answerId @0 :UInt32;
  releaseParamCaps @1 :Bool = true;
  # The caller shall act as if a Release had come for every capability in the parameters.
  union {
    results @2 :Payload;
    exception @3 :Exception;
    canceled @4 :Void;
    resultsSentElsewhere @5 :Void;
    takeFromOtherQuestion @6 :UInt32;
    acceptFromThirdParty @7 :AnyPointer;
  }
}

struct Finish {
  # The caller needs the answer no more: after Return it frees the entry, before Return it asks for cancellation.
  questionId @0 :UInt32;
  releaseResultCaps @1 :Bool = true;
}

struct Resolve {
  # What a promise exported earlier turned out to be.
  promiseId @0 :UInt32;
  union {
    cap @1 :CapDescriptor;
    exception @2 :Exception;
  }
}

struct Release {
  # Gives back references to something the receiver exported.
  id @0 :UInt32;
  referenceCount @1 :UInt32;
}

struct Disembargo {
  # Travels the path of earlier pipelined calls, so that its return proves that they have arrived.
  target @0 :MessageTarget;
  context :union {
    senderLoopback @1 :UInt32;
    receiverLoopback @2 :UInt32;
    accept @3 :Void;
    provide @4 :UInt32;
  }
}

struct MessageTarget {
  union {
    importedCap @0 :UInt32;
    promisedAnswer @1 :PromisedAnswer;
  }
}

struct Payload {
  content @0 :AnyPointer;
  capTable @1 :List(CapDescriptor);
  # Capability pointers in the content are indices into this table.
}

struct CapDescriptor {
  union {
    none @0 :Void;
    senderHosted @1 :UInt32;
    senderPromise @2 :UInt32;
    receiverHosted @3 :UInt32;
    receiverAnswer @4 :PromisedAnswer;
    thirdPartyHosted @5 :ThirdPartyCapDescriptor;
  }
  attachedFd @6 :UInt8 = 0xff;
}

struct PromisedAnswer {
  # A capability in an answer that may not be there yet.
  questionId @0 :UInt32;
  transform @1 :List(Op);

  struct Op {
    union {
      noop @0 :Void;
      getPointerField @1 :UInt16;
    }
  }
}

struct ThirdPartyCapDescriptor {
  id @0 :AnyPointer;
  vineId @1 :UInt32;
  # Usable in place of the third party's own capability.
}

struct Exception {
  reason @0 :Text;
  obsoleteIsCallersFault @1 :Bool;
  obsoleteDurability @2 :UInt16;
  type @3 :Type;
  trace @4 :Text;

  enum Type {
    failed @0;
    overloaded @1;
    disconnected @2;
    unimplemented @3;
  }
}
