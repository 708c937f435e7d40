using Capnp.Rpc.Wire;

namespace Capnp.Rpc;

/// <summary>A Return message in the making: the method fills in the content, the connection the rest.</summary>
internal sealed class ReturnEnvelope
{
    internal ReturnEnvelope()
    {
        Message = new MessageBuilder();
        Return = new Wire.Message.Builder(Message.Root.InitStruct(Wire.Message.Builder.DataWords, Wire.Message.Builder.PointerCount))
            .InitReturn();
        Payload = Return.InitResults();
    }

    internal MessageBuilder Message { get; }

    internal Return.Builder Return { get; }

    internal Payload.Builder Payload { get; }

    /// <summary>The results as their consumer sees them; takes over the references of the message.</summary>
    internal CallResult ToResult()
    {
        PointerReader content = new Wire.Message.Reader(Message.ToReader().Root.ReadStruct()).Return.Results.Content;
        return new CallResult(content, [.. Message.Capabilities], this);
    }
}
