using System.Net.Sockets;
using System.Security.Cryptography;
using Sv2.Noise;
using Sv2.Protocol;

namespace Sv2.Transport.Tests;

/// <summary>The other end of a connection as bytes: sends whatever a test wants, whole, in pieces or not at all.</summary>
internal sealed class RawPeer(Socket socket) : IDisposable
{
    private NoiseSession? _session;

    internal Socket Socket => socket;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal async Task HandshakeAsync(ReadOnlyMemory<byte> authorityKey)
    {
        using NoiseInitiator initiator = NoiseInitiator.Start(RandomNumberGenerator.Fill, authorityKey.Span);
        await SendAsync(initiator.Act1.ToArray());
        byte[] act2 = await ReceiveAsync(NoiseHandshake.Act2Size);
        Assert.True(initiator.TryFinish(act2, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), out _session, out _));
    }

    /// <summary>The bytes of a frame as they go on the wire of this connection; uses up nonces.</summary>
    internal byte[] Frame(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        byte[] head = new byte[FrameHeader.Length];
        header.Write(head);
        if (_session is null)
            return [.. head, .. payload];
        byte[] wire = new byte[NoiseFrame.EncryptedLength(payload.Length)];
        Assert.Equal(NoiseError.None, _session.Send.Encrypt(head, payload, wire));
        return wire;
    }

    internal byte[] Frame(Sv2Message message)
    {
        byte[] payload = new byte[message.PayloadLength];
        var writer = new WireWriter(payload);
        message.WritePayload(ref writer);
        return Frame(FrameHeader.Of(message), payload);
    }

    /// <summary>The next message as the connection under test wrote it.</summary>
    internal async Task<Sv2Message> ReceiveMessageAsync()
    {
        byte[] head = new byte[FrameHeader.Length];
        byte[] encryptedHead = await ReceiveAsync(NoiseFrame.EncryptedHeaderSize);
        Assert.Equal(NoiseError.None, _session!.Receive.DecryptHeader(encryptedHead, head));
        var header = FrameHeader.Read(head);
        byte[] payload = new byte[header.PayloadLength];
        byte[] encrypted = await ReceiveAsync(NoiseFrame.EncryptedPayloadLength(payload.Length));
        Assert.Equal(NoiseError.None, _session.Receive.DecryptPayload(encrypted, payload));
        return MessageDecoder.Decode(header, payload).Message!;
    }

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, Token)..];
    }

    internal async Task<byte[]> ReceiveAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int filled = 0; filled < count;)
        {
            int part = await socket.ReceiveAsync(bytes.AsMemory(filled), Token);
            Assert.NotEqual(0, part);
            filled += part;
        }

        return bytes;
    }

    public void Dispose()
    {
        socket.Dispose();
        _session?.Dispose();
    }
}
