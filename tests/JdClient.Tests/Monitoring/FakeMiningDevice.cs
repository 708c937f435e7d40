using System.Net;
using System.Net.Sockets;
using System.Text;

namespace JdClient.Tests.Monitoring;

/// <summary>A mining device's API on a free loopback port: one command a connection, answered by a function of it.</summary>
internal sealed class FakeMiningDevice : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Task<byte[]?>> _answer;
    private readonly Task _running;
    private bool _isDisposed;

    /// <param name="answer">The bytes for a command; null answers nothing and keeps the connection.</param>
    internal FakeMiningDevice(Func<string, Task<byte[]?>> answer)
    {
        _answer = answer;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _running = RunAsync();
    }

    internal int Port { get; }

    /// <summary>As an Antminer's firmware answers, its missing comma and zero byte included.</summary>
    internal static byte[] Antminer(string command, string user, int port) => Encoding.ASCII.GetBytes(command switch
    {
        "pools" => "{\"STATUS\":[{\"STATUS\":\"S\"}],\"POOLS\":["
            + $"{{\"POOL\":0,\"URL\":\"stratum2+tcp://10.0.0.1:{port}/key\",\"User\":\"{user}\","
            + "\"Status\":\"Alive\",\"Stratum Active\":true},"
            + "{\"POOL\":1,\"URL\":\"stratum+tcp://other:3333\",\"User\":\"spare\","
            + "\"Status\":\"Alive\",\"Stratum Active\":false}],\"id\":1}\0",
        "version" => "{\"VERSION\":[{\"BMMiner\":\"2.0.0\",\"API\":\"3.1\",\"Type\":\"Antminer S19\"}],\"id\":1}\0",
        "summary" => "{\"SUMMARY\":[{\"Elapsed\":3600,\"GHS 5s\":\"95000.50\",\"GHS av\":94000.1,\"Power\":3250}],\"id\":1}\0",
        "stats" => "{\"STATS\":[{\"BMMiner\":\"2.0.0\",\"Type\":\"Antminer S19\"}{\"STATS\":0,\"temp1\":55,\"temp_num\":3,"
            + "\"temp_chip1\":\"60-61-0-0\",\"temp_chip2\":\"62-59\",\"temp_chip3\":\"0-0\"}],\"id\":1}\0",
        _ => "{\"STATUS\":[{\"STATUS\":\"E\",\"Msg\":\"Invalid command\"}],\"id\":1}\0",
    });

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                byte[] buffer = new byte[256];
                int length = await socket.ReceiveAsync(buffer, _stop.Token);
                string command = Encoding.ASCII.GetString(buffer, 0, length).Split('"').ElementAtOrDefault(3) ?? "";
                if (await _answer(command) is { } answer)
                    await socket.SendAsync(answer, _stop.Token);
                else
                    await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // The end of the test, or of the asker's patience.
            }
        }
    }
}
