using System.IO.Pipelines;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using TestSupport;
using Xunit;

namespace BitcoinCore.Ipc.Tests;

/// <summary>Whatever listens on the socket, connecting ends in a client or in a failure, and soon.</summary>
public class HostileNodeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("ffffffffffffffff", "segments")]
    [InlineData("00000000ffffff0f", "bytes")]
    [InlineData("485454502f312e3120343030204261642052657175657374", "segments")] // HTTP/1.1 400 Bad Request
    public async Task Bytes_that_are_no_messages_end_in_a_clear_failure(string hex, string what)
    {
        NodeFailure failure = await ConnectToAsync(Convert.FromHexString(hex), TimeProvider.System);

        Assert.Contains(failure.Kind, new[] { NodeFailureKind.NotANode, NodeFailureKind.Disconnected });
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_never_answers_is_given_up()
    {
        FakeTimeProvider time = new();
        Task<NodeFailure> connecting = ConnectToAsync([], time, open: true);
        while (!connecting.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(NodeFailureKind.Timeout, (await connecting).Kind);
    }

    [Fact]
    public async Task Random_bytes_end_in_a_failure() =>
        await Gen.Byte.Array[0, 400].SampleAsync(
            async bytes => Assert.NotNull(await ConnectToAsync(bytes, TimeProvider.System)), iter: 200, threads: 2);

    [Fact]
    public async Task A_real_nodes_words_with_bytes_changed_end_in_a_failure()
    {
        if (Vectors.TryPath("ipc", "v31-fulltemplate.jsonl") is not { } path)
        {
            Assert.Skip(Vectors.MissingReason);
            return;
        }

        byte[] said = [.. File.ReadLines(path).Take(40).SelectMany(Said)];
        await Gen.Select(Gen.Int[0, said.Length - 1], Gen.Byte).Array[1, 8].SampleAsync(
            async changes =>
            {
                byte[] bytes = [.. said];
                foreach ((int at, byte value) in changes)
                    bytes[at] = value;
                Assert.DoesNotContain(
                    "internal error", (await ConnectToAsync(bytes, TimeProvider.System)).Message, StringComparison.Ordinal);
            },
            iter: 300,
            threads: 2);
    }

    private static byte[] Said(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("dir").GetString() == "node"
            ? Convert.FromHexString(json.RootElement.GetProperty("hex").GetString()!) : [];
    }

    /// <summary>Connects to something that says these bytes, whatever it is asked, and then closes or stays open.</summary>
    private static async Task<NodeFailure> ConnectToAsync(byte[] bytes, TimeProvider time, bool open = false)
    {
        Pipe fromNode = new();
        Pipe toNode = new(new PipeOptions(pauseWriterThreshold: 0));
        await fromNode.Writer.WriteAsync(bytes);
        if (!open)
            await fromNode.Writer.CompleteAsync();
        NodeResult<MiningClient> result = await MiningClient
            .ConnectAsync(new Duplex(fromNode.Reader, toNode.Writer), null, MiningClientOptions.Default, time, default).WaitAsync(Patience);
        if (!result.TryGet(out MiningClient? client, out NodeFailure? failure))
            return failure;
        // All that was asked for was there; the end of the bytes is the end of the connection.
        failure = await client.Completion.WaitAsync(Patience);
        await client.DisposeAsync();
        return failure;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
