using Sv2.Protocol.Extensions;

namespace Sv2.Protocol;

/// <summary>Why a frame did not become a message.</summary>
public enum DecodeStatus
{
    /// <summary>It did.</summary>
    Ok,

    /// <summary>The extension is not one we know.</summary>
    UnknownExtension,

    /// <summary>The extension is known, the message type in it is not.</summary>
    UnknownMessageType,

    /// <summary>The payload does not have the message's form.</summary>
    Malformed,
}

/// <summary>The outcome of decoding one frame.</summary>
/// <param name="Status">Whether there is a message.</param>
/// <param name="Message">The message when <paramref name="Status"/> is <see cref="DecodeStatus.Ok"/>.</param>
/// <param name="Error">What was wrong otherwise, for the log.</param>
public readonly record struct DecodeResult(DecodeStatus Status, Sv2Message? Message, string? Error);

/// <summary>
/// Turns frames into messages. Never throws for what a peer sent. The header's channel bit is not looked at: it routes
/// messages nobody knows (spec 03, 3.2.1), the meaning of a known one does not depend on it.
/// </summary>
public static partial class MessageDecoder
{
    /// <summary>Decodes a payload of the type its header names.</summary>
    public static DecodeResult Decode(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        Sv2Message? message;
        switch (header.ExtensionType)
        {
            case ExtensionTypes.Base:
                message = ReadBase(header.MessageType, ref reader);
                break;
            case ExtensionTypes.ExtensionsNegotiation:
                message = ReadExtensionsNegotiation(header.MessageType, ref reader);
                break;
            default:
                return new DecodeResult(DecodeStatus.UnknownExtension, null, $"unknown extension 0x{header.ExtensionType:x4}");
        }

        if (message is null)
            return new DecodeResult(DecodeStatus.UnknownMessageType, null, $"unknown message type 0x{header.MessageType:x2}");
        if (reader.Error is { } error)
            return new DecodeResult(DecodeStatus.Malformed, null, $"{message.GetType().Name}: {error}");
        if (!IsIgnorable(reader.Remaining))
            return new DecodeResult(
                DecodeStatus.Malformed, null, $"{message.GetType().Name}: {reader.Remaining.Length} bytes behind the last field");
        return new DecodeResult(DecodeStatus.Ok, message, null);
    }

    // Fields of extensions we have not negotiated are ignored (spec 03, 3.4.3). Bytes that are no fields mean that the peer
    // has another message in mind than we have. SubmitSharesExtended takes all its bytes itself: a share is worth money.
    private static bool IsIgnorable(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
            return true;
        Tlv.ReadAll(rest, out bool isWhole);
        return isWhole;
    }
}
