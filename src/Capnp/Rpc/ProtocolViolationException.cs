namespace Capnp.Rpc;

/// <summary>The peer broke the RPC protocol or passed a limit. Never leaves the connection's loop, which ends the connection.</summary>
internal sealed class ProtocolViolationException(string message) : Exception(message);
