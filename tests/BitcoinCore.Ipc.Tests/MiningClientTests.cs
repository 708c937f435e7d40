using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Testbed.BitcoinCore;
using Testbed.Nodes;
using Xunit;

namespace BitcoinCore.Ipc.Tests;

/// <summary>The client against the testbed's node over a real UNIX socket, for each generation.</summary>
public class MiningClientTests
{
    private static readonly TemplateConstraints Constraints = new(2000, 16);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    public static TheoryData<NodeGeneration> Generations => [NodeGeneration.V30, NodeGeneration.V31, NodeGeneration.V32];

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task The_generation_is_found_out_and_only_checked_when_configured(NodeGeneration generation)
    {
        await using BitcoinCoreNode node = Start(generation, out _);

        await using (MiningClient client = await ConnectAsync(node))
            Assert.Equal(generation, client.Generation);
        foreach (NodeGeneration required in Enum.GetValues<NodeGeneration>())
        {
            NodeResult<MiningClient> result = await MiningClient.ConnectAsync(
                node.SocketPath, new MiningClientOptions { RequiredGeneration = required }, TimeProvider.System, default);
            if (result.TryGet(out MiningClient? client, out NodeFailure? failure))
                await client.DisposeAsync();
            Assert.Equal(required == generation ? null : NodeFailureKind.WrongVersion, failure?.Kind);
        }
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task A_template_has_the_same_data_whatever_the_generation(NodeGeneration generation)
    {
        await using BitcoinCoreNode node = Start(generation, out Chain chain);
        await using MiningClient client = await ConnectAsync(node);

        NodeTemplate template = Get(await client.CreateTemplateAsync(Constraints, true, default));

        (Tip tip, var transactions, ulong value) = chain.Assemble(3_998_000);
        Assert.Equal(tip.Hash.ToLittleEndian(), template.Data.PrevHash.ToArray());
        TemplateCoinbase coinbase = template.Data.Coinbase;
        Assert.Equal(
            (2u, 0xfffffffeu, (long)value, 100u), (coinbase.Version, coinbase.Sequence, coinbase.ValueRemaining, coinbase.LockTime));
        Assert.Equal(generation == NodeGeneration.V30 ? "016500" : "0165", Convert.ToHexString(coinbase.ScriptSigPrefix.Span));
        ReadOnlyMemory<byte> commitment = Assert.Single(coinbase.RequiredOutputs);
        Assert.StartsWith("0000000000000000266A24AA21A9ED", Convert.ToHexString(commitment.Span), StringComparison.Ordinal);
        Assert.Equal(new byte[32], coinbase.Witness.ToArray());
        Assert.Equal(5, template.Data.MerklePath.Count); // 20 transactions and the coinbase
        Assert.Equal(20, transactions.Length);
        Assert.Equal(tip.Height, Get(await client.GetTipAsync(default))!.Height);
        Assert.False(Get(await client.IsInitialBlockDownloadAsync(default)));
        Assert.True(Get(await client.IsTestChainAsync(default)));
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task A_wait_ends_with_fees_a_tip_the_timeout_or_an_interruption(NodeGeneration generation)
    {
        await using BitcoinCoreNode node = Start(generation, out Chain chain);
        await using MiningClient client = await ConnectAsync(node);
        NodeTemplate first = Get(await client.CreateTemplateAsync(Constraints, true, default));

        Assert.Null(Get(await first.WaitNextAsync(TimeSpan.FromMilliseconds(1), 1, default)));

        Task<NodeResult<NodeTemplate?>> wait = first.WaitNextAsync(Long, 1, default);
        chain.AddTransactions(3);
        NodeTemplate fees = Get(await wait.WaitAsync(Patience))!;
        Assert.Equal(first.Data.PrevHash.ToArray(), fees.Data.PrevHash.ToArray());
        Assert.True(fees.Data.Coinbase.ValueRemaining > first.Data.Coinbase.ValueRemaining);

        // With no threshold to pass, fees do not end it, and a tip does.
        wait = fees.WaitNextAsync(Long, long.MaxValue, default);
        chain.AddTransactions(3);
        _ = Get(await client.GetTipAsync(default));
        Assert.False(wait.IsCompleted);
        Tip tip = chain.MineElsewhere();
        NodeTemplate next = Get(await wait.WaitAsync(Patience))!;
        Assert.Equal(tip.Hash.ToLittleEndian(), next.Data.PrevHash.ToArray());

        using CancellationTokenSource interrupt = new();
        wait = next.WaitNextAsync(Long, long.MaxValue, interrupt.Token);
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Patience));
        Assert.False(client.Completion.IsCompleted);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task A_solution_is_taken_during_a_wait_and_a_known_block_is_in_the_chain(NodeGeneration generation)
    {
        await using BitcoinCoreNode node = Start(generation, out Chain chain);
        await using MiningClient client = await ConnectAsync(node);
        NodeTemplate template = Get(await client.CreateTemplateAsync(Constraints, true, default));
        Task<NodeResult<NodeTemplate?>> wait = template.WaitNextAsync(Long, long.MaxValue, default);
        (byte[] full, byte[] stripped) = BlockMaker.Coinbase(template.Data.Coinbase);
        (uint version, uint time, uint nonce) = BlockMaker.Solve(template.Data, stripped);

        SubmitOutcome taken = Get(await template.SubmitSolutionAsync(version, time, nonce, full, default).WaitAsync(Patience));
        SubmitOutcome again = Get(await template.SubmitSolutionAsync(version, time, nonce, full, default).WaitAsync(Patience));
        SubmitOutcome broken = Get(
            await template.SubmitSolutionAsync(version, time, nonce, stripped.AsMemory(0, 60), default).WaitAsync(Patience));

        Assert.True(taken.Accepted);
        Assert.True(again.IsInChain);
        Assert.False(broken.IsInChain);
        Assert.Equal(101, chain.Tip.Height);
        Assert.Equal(chain.Tip.Hash.ToLittleEndian(), Get(await wait.WaitAsync(Patience))!.Data.PrevHash.ToArray());
        NodeResult<SubmitOutcome> whole = await client.SubmitBlockAsync(new byte[81], default);
        Assert.Equal(generation == NodeGeneration.V32 ? null : NodeFailureKind.NotSupported, whole.Failure?.Kind);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task A_block_is_had_once_and_a_template_destroyed_when_it_is_let_go(NodeGeneration generation)
    {
        await using BitcoinCoreNode node = Start(generation, out Chain chain);
        await using MiningClient client = await ConnectAsync(node);
        NodeTemplate first = Get(await client.CreateTemplateAsync(Constraints, true, default));
        NodeTemplate second = Get(await client.CreateTemplateAsync(Constraints, true, default));
        Assert.Equal(2, node.LiveTemplates);

        ReadOnlyMemory<byte> block = Get(await first.GetBlockAsync(default));
        chain.AddTransactions(5);
        ReadOnlyMemory<byte> same = Get(await first.GetBlockAsync(default));
        Assert.True(block.Span.Overlaps(same.Span));

        await first.DisposeAsync();
        Assert.Equal(1, node.LiveTemplates);
        await second.DisposeAsync();
        Assert.Equal(0, node.LiveTemplates);
    }

    [Fact]
    public async Task A_refused_template_is_a_refusal_and_the_connection_lives()
    {
        await using BitcoinCoreNode node = Start(NodeGeneration.V32, out _);
        await using MiningClient client = await ConnectAsync(node);

        NodeResult<NodeTemplate> refused = await client.CreateTemplateAsync(new TemplateConstraints(100, 0), true, default);

        Assert.Equal(NodeFailureKind.Refused, refused.Failure?.Kind);
        Assert.True(refused.Failure!.IsConnectionSound);
        _ = Get(await client.CreateTemplateAsync(Constraints, true, default));
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_given_up_at_the_deadline()
    {
        await using BitcoinCoreNode node = Start(NodeGeneration.V31, out _);
        FakeTimeProvider time = new();
        await using MiningClient client = Get(await MiningClient.ConnectAsync(node.SocketPath, MiningClientOptions.Default, time, default));
        node.Silent = true;
        Task<NodeResult<NodeTip?>> tip = client.GetTipAsync(default);

        while (!tip.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(NodeFailureKind.Timeout, (await tip).Failure?.Kind);
        Assert.Equal(NodeFailureKind.Timeout, (await client.Completion.WaitAsync(Patience)).Kind);
        Assert.Equal(NodeFailureKind.Disconnected, (await client.GetTipAsync(default)).Failure?.Kind);
    }

    [Fact]
    public async Task A_killed_node_ends_what_is_under_way_and_can_be_connected_again()
    {
        await using BitcoinCoreNode node = Start(NodeGeneration.V32, out _);
        await using MiningClient client = await ConnectAsync(node);
        NodeTemplate template = Get(await client.CreateTemplateAsync(Constraints, true, default));
        Task<NodeResult<NodeTemplate?>> wait = template.WaitNextAsync(Long, 1, default);

        await node.StopAsync();

        Assert.Equal(NodeFailureKind.Disconnected, (await wait.WaitAsync(Patience)).Failure?.Kind);
        _ = await client.Completion.WaitAsync(Patience);
        NodeResult<MiningClient> dead =
            await MiningClient.ConnectAsync(node.SocketPath, MiningClientOptions.Default, TimeProvider.System, default);
        Assert.Equal(NodeFailureKind.NotListening, dead.Failure?.Kind);
        node.Start();
        await using MiningClient back = await ConnectAsync(node);
        _ = Get(await back.CreateTemplateAsync(Constraints, true, default));
    }

    [Fact]
    public async Task A_client_whose_node_was_killed_leaves_nothing_behind()
    {
        await using BitcoinCoreNode node = Start(NodeGeneration.V31, out _);
        WeakReference[] lost = await LoseAsync(node);

        for (int i = 0; i < 20 && lost.Any(reference => reference.IsAlive); i++)
        {
            // What ran last may still be on its way out of a thread of the pool.
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.All(lost, reference => Assert.False(reference.IsAlive));
    }

    [Fact]
    public async Task A_long_wait_of_a_node_that_cannot_interrupt_it_ends_soon_after_it_is_given_up()
    {
        await using BitcoinCoreNode node = Start(NodeGeneration.V30, out Chain chain, canInterruptWaits: false);
        await using MiningClient client = await ConnectAsync(node);
        NodeTemplate template = Get(await client.CreateTemplateAsync(Constraints, true, default));
        using CancellationTokenSource giveUp = new();
        Task<NodeResult<NodeTemplate?>> wait = template.WaitNextAsync(Long, 1, giveUp.Token);

        await giveUp.CancelAsync();

        // Patience is far below the ten minutes of the wait.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Patience));
        Assert.False(client.Completion.IsCompleted);
        wait = template.WaitNextAsync(Long, 1, default);
        chain.AddTransactions(3);
        Assert.NotNull(Get(await wait.WaitAsync(Patience)));
    }

    [Fact]
    public async Task A_missing_socket_and_a_path_that_is_too_long_say_so()
    {
        NodeResult<MiningClient> missing = await MiningClient.ConnectAsync(
            "/nowhere/node.sock", MiningClientOptions.Default, TimeProvider.System, default);
        NodeResult<MiningClient> tooLong = await MiningClient.ConnectAsync(
            "/" + new string('x', 200), MiningClientOptions.Default, TimeProvider.System, default);

        Assert.Equal(NodeFailureKind.NoSocket, missing.Failure?.Kind);
        Assert.Contains("-ipcbind=unix", missing.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("shorter", tooLong.Failure!.Message, StringComparison.Ordinal);
    }

    /// <summary>Everything a client uses, ended by the node's death, disposed of as its owner does.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference[]> LoseAsync(BitcoinCoreNode node)
    {
        MiningClient client = await ConnectAsync(node);
        NodeTemplate template = Get(await client.CreateTemplateAsync(Constraints, true, default));
        _ = Get(await template.GetBlockAsync(default));
        using CancellationTokenSource never = new();
        Task<NodeResult<NodeTemplate?>> wait = template.WaitNextAsync(Long, 1, never.Token);
        await node.StopAsync();
        _ = await wait.WaitAsync(Patience);
        await client.DisposeAsync();
        return [new WeakReference(client), new WeakReference(template)];
    }

    private static BitcoinCoreNode Start(NodeGeneration generation, out Chain chain, bool canInterruptWaits = true)
    {
        chain = new Chain(new ChainOptions(), TimeProvider.System);
        BitcoinCoreNode node = new(
            chain, new BitcoinCoreNodeOptions { Generation = generation, CanInterruptWaits = canInterruptWaits }, TimeProvider.System);
        node.Start();
        return node;
    }

    private static async Task<MiningClient> ConnectAsync(BitcoinCoreNode node) =>
        Get(await MiningClient.ConnectAsync(node.SocketPath, MiningClientOptions.Default, TimeProvider.System, default));

    private static T Get<T>(NodeResult<T> result)
    {
        Assert.True(result.TryGet(out T? value, out NodeFailure? failure), failure?.ToString());
        return value!;
    }
}
