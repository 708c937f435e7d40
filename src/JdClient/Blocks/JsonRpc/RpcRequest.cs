using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace JdClient.Blocks.JsonRpc;

/// <summary>
/// The body of a call with at most one parameter of text or bytes. Bytes are written as hex piece by piece: a whole block would
/// otherwise be 8 MB of text in memory for each node.
/// </summary>
internal sealed class RpcRequest : HttpContent
{
    private const int PieceLength = 32 * 1024;

    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _parts;

    private RpcRequest(string method, string before, IReadOnlyList<ReadOnlyMemory<byte>> parts, string after)
    {
        _head = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"1.0","id":"jdclient","method":"{{method}}","params":[{{before}}""");
        _tail = Encoding.UTF8.GetBytes($"{after}]}}");
        _parts = parts;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    /// <summary>A call without parameters.</summary>
    internal static RpcRequest Of(string method) => new(method, "", [], "");

    /// <summary>A call with bytes as hex.</summary>
    internal static RpcRequest OfBytes(string method, IReadOnlyList<ReadOnlyMemory<byte>> parts) => new(method, "\"", parts, "\"");

    /// <summary>A call with a hash.</summary>
    internal static RpcRequest OfHash(string method, Bitcoin.U256 hash) => new(method, $"\"{hash}\"", [], "");

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _head.Length + _tail.Length + _parts.Sum(part => 2L * part.Length);
        return true;
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_head, cancellationToken);
        byte[] hex = ArrayPool<byte>.Shared.Rent(2 * PieceLength);
        try
        {
            foreach (ReadOnlyMemory<byte> part in _parts)
            {
                for (ReadOnlyMemory<byte> rest = part; !rest.IsEmpty;)
                {
                    ReadOnlyMemory<byte> piece = rest[..Math.Min(rest.Length, PieceLength)];
                    _ = Convert.TryToHexStringLower(piece.Span, hex, out int written);
                    await stream.WriteAsync(hex.AsMemory(0, written), cancellationToken);
                    rest = rest[piece.Length..];
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(hex);
        }

        await stream.WriteAsync(_tail, cancellationToken);
    }
}
