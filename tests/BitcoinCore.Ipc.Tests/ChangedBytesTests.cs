using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using CsCheck;
using Testbed.BitcoinCore;
using Testbed.Nodes;
using Xunit;

namespace BitcoinCore.Ipc.Tests;

/// <summary>
/// A node that answers what it is asked, and whose answers are changed on the way: the fuzzing of what no recording reaches.
/// </summary>
public class ChangedBytesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Deadlines at which a client gives up on an answer that a change has swallowed. Nothing depends on their length.</summary>
    private static readonly MiningClientOptions Hasty = new()
    {
        ConnectDeadline = TimeSpan.FromMilliseconds(300),
        ShortDeadline = TimeSpan.FromMilliseconds(300),
        CreateDeadline = TimeSpan.FromMilliseconds(300),
        BlockDeadline = TimeSpan.FromMilliseconds(300),
        SubmitDeadline = TimeSpan.FromMilliseconds(300),
        InterruptDeadline = TimeSpan.FromMilliseconds(300),
        WaitGrace = TimeSpan.FromMilliseconds(300),
    };

    [Theory]
    [InlineData(NodeGeneration.V30)]
    [InlineData(NodeGeneration.V31)]
    [InlineData(NodeGeneration.V32)]
    public async Task Whatever_changes_in_a_nodes_answers_is_a_value_and_the_connection_ends(NodeGeneration generation)
    {
        Chain chain = new(new ChainOptions(), TimeProvider.System);
        await using BitcoinCoreNode node = new(chain, new BitcoinCoreNodeOptions { Generation = generation }, TimeProvider.System);
        node.Start();

        // A whole conversation is some 9,500 bytes from the node.
        await Gen.Select(Gen.Int[0, 9500], Gen.Byte).Array[1, 4].SampleAsync(
            async changes => Assert.DoesNotContain(
                "internal error", (await UseAsync(node, changes).WaitAsync(Patience)).Message, StringComparison.Ordinal),
            iter: 100,
            threads: 2);
    }

    /// <summary>Does with the node all that can be done, as far as it goes; how the connection ended.</summary>
    private static async Task<NodeFailure> UseAsync(BitcoinCoreNode node, (int At, byte Value)[] changes)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(node.SocketPath));
        await using NetworkStream stream = new(socket);
        Pipe changed = new();
        Task changing = ChangeAsync(stream, changed.Writer, changes);
        Duplex transport = new(changed.Reader, PipeWriter.Create(stream));
        NodeResult<MiningClient> connected = await MiningClient.ConnectAsync(transport, null, Hasty, TimeProvider.System, default);
        if (connected.TryGet(out MiningClient? client, out NodeFailure? end))
        {
            await UseAsync(client);
            await client.DisposeAsync();
            end = await client.Completion;
        }

        socket.Dispose();
        await changing;
        return end;
    }

    private static async Task UseAsync(MiningClient client)
    {
        _ = await client.IsTestChainAsync(default);
        _ = await client.GetTipAsync(default);
        NodeResult<NodeTemplate> created = await client.CreateTemplateAsync(new TemplateConstraints(2000, 16), true, default);
        if (!created.TryGet(out NodeTemplate? template, out _))
            return;
        _ = await template.GetBlockAsync(default);
        _ = await template.SubmitSolutionAsync(1, 2, 3, new byte[60], default);
        NodeResult<NodeTemplate?> next = await template.WaitNextAsync(TimeSpan.FromMilliseconds(1), 0, default);
        if (next.TryGet(out NodeTemplate? better, out _) && better is not null)
            await better.DisposeAsync();
        await template.DisposeAsync();
    }

    private static async Task ChangeAsync(NetworkStream from, PipeWriter to, (int At, byte Value)[] changes)
    {
        int at = 0;
        byte[] buffer = new byte[4096];
        try
        {
            while (await from.ReadAsync(buffer) is int count and > 0)
            {
                foreach ((int place, byte value) in changes.Where(change => change.At >= at && change.At < at + count))
                    buffer[place - at] = value;
                at += count;
                to.Write(buffer.AsSpan(0, count));
                if ((await to.FlushAsync()).IsCompleted)
                    break;
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The client has had enough.
        }

        await to.CompleteAsync();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
