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
            string tooLong = $"the socket path {path} is empty or longer than a UNIX socket's may be (about 100 bytes); use a shorter "
                + "socket_path, for instance through a symbolic link";
            return new(new NodeFailure(NodeFailureKind.NoSocket, tooLong));
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

    private static NodeFailure Explain(string path, SocketException problem) => problem.SocketErrorCode switch
    {
        SocketError.AccessDenied => new(
            NodeFailureKind.PermissionDenied,
            $"{path} may not be used by this account; run the daemon as the node's user or give its group access to the socket and the "
            + "folders above it"),
        SocketError.ConnectionRefused => new(
            NodeFailureKind.NotListening,
            $"nobody listens on {path}; start the node (bitcoin-node, or bitcoin -m node) with -ipcbind=unix"),
        _ when !File.Exists(path) => new(
            NodeFailureKind.NoSocket,
            $"there is no {path}; start the node (bitcoin-node, or bitcoin -m node; bitcoind has no IPC) with -ipcbind=unix and check "
            + "network and data_dir"),
        _ => new(NodeFailureKind.NotListening, $"{path}: {problem.Message}"),
    };
}
