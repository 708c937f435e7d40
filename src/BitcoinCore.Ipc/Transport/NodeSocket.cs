using System.IO.Pipelines;
using System.Net.Sockets;

namespace BitcoinCore.Ipc.Transport;

/// <summary>A connected UNIX socket as a transport. The RPC connection completes the pipes; disposing closes the socket.</summary>
internal sealed class NodeSocket : IDuplexPipe, IDisposable
{
    private readonly NetworkStream _stream;

    private NodeSocket(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
        Output = PipeWriter.Create(_stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public void Dispose() => _stream.Dispose();

    /// <summary>Connects, or says in words a user can act on why not.</summary>
    internal static async Task<NodeResult<NodeSocket>> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        UnixDomainSocketEndPoint endPoint;
        try
        {
            endPoint = new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            return new(new NodeFailure(
                NodeFailureKind.NoSocket,
                $"use a shorter socket_path, for instance a symbolic link; about 100 bytes are possible: {path}"));
        }

        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new(new NodeSocket(socket));
        }
        catch (SocketException problem)
        {
            socket.Dispose();
            return new(Explain(path, problem));
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What to do comes first: a line that is cut short must still say it.</summary>
    private static NodeFailure Explain(string path, SocketException problem) => problem.SocketErrorCode switch
    {
        SocketError.AccessDenied => new(
            NodeFailureKind.PermissionDenied,
            $"give this account access to the node's socket and the folders above it: permission denied on {path}"),
        SocketError.ConnectionRefused => new(
            NodeFailureKind.NotListening, $"start bitcoin-node with -ipcbind=unix: nobody listens on {path}"),
        _ when !File.Exists(path) => new(
            NodeFailureKind.NoSocket, $"start bitcoin-node with -ipcbind=unix, or correct network or data_dir: there is no {path}"),
        _ => new(NodeFailureKind.NotListening, $"{problem.Message}: {path}"),
    };
}
