using System.Threading.Channels;
using Sv2.Protocol;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;

namespace Sv2.Transport.Tests;

/// <summary>A message of any extension with any payload.</summary>
internal sealed record RawMessage(ushort Extension, byte Type, byte[] Payload) : Sv2Message
{
    public override ushort ExtensionType => Extension;

    public override byte MessageType => Type;

    public override int PayloadLength => Payload.Length;

    public override void WritePayload(ref WireWriter writer) => writer.Raw(Payload);
}

internal static class Messages
{
    /// <summary>A message whose payload has exactly this many bytes, of which most are random.</summary>
    internal static ProvideMissingTransactionsSuccess OfLength(int payloadLength)
    {
        byte[] transaction = new byte[payloadLength - 9];
        new Random(payloadLength).NextBytes(transaction);
        return new ProvideMissingTransactionsSuccess(7, [transaction]);
    }

    internal static SubmitSharesExtended Share(uint sequence) =>
        new(1, sequence, 3, 4, 5, 0x20000000, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 });

    internal static byte[] Payload(this Sv2Message message)
    {
        byte[] payload = new byte[message.PayloadLength];
        var writer = new WireWriter(payload);
        message.WritePayload(ref writer);
        Assert.Equal(payload.Length, writer.Written);
        return payload;
    }
}

/// <summary>A handler that keeps what it gets; a test waits for the next.</summary>
internal sealed class Inbox(int capacity = 4096)
{
    private readonly Channel<InboundMessage> _messages = Channel.CreateBounded<InboundMessage>(capacity);

    internal int Count => _messages.Reader.Count;

    internal ValueTask HandleAsync(InboundMessage message, CancellationToken cancellationToken) =>
        _messages.Writer.WriteAsync(message, cancellationToken);

    internal ValueTask<InboundMessage> NextAsync() => _messages.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
