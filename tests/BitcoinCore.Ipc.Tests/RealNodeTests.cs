using System.Diagnostics;
using Xunit;

namespace BitcoinCore.Ipc.Tests;

/// <summary>
/// Against a real regtest node, where one is given: <c>JDC_TEST_NODE_SOCKET</c> its node.sock, <c>JDC_TEST_NODE_CLI</c> a
/// bitcoin-cli command line for it. The node needs a tip of today.
/// </summary>
public class RealNodeTests
{
    private static readonly TemplateConstraints Constraints = new(2000, 16);

    [Fact]
    public async Task A_real_node_gives_templates_tells_of_tips_and_accepts_a_block()
    {
        string? socket = Environment.GetEnvironmentVariable("JDC_TEST_NODE_SOCKET");
        string? cli = Environment.GetEnvironmentVariable("JDC_TEST_NODE_CLI");
        if (socket is null || cli is null)
            Assert.Skip("needs a real node: JDC_TEST_NODE_SOCKET and JDC_TEST_NODE_CLI");
        Action<string> say = TestContext.Current.TestOutputHelper!.WriteLine;

        MiningClient client = Get(await MiningClient.ConnectAsync(socket, MiningClientOptions.Default, TimeProvider.System, default));
        await using (client)
        {
            say($"generation {client.Generation}");
            Assert.False(Get(await client.IsInitialBlockDownloadAsync(default)));
            NodeTip tip = Get(await client.GetTipAsync(default))!;
            NodeTemplate first = Get(await client.CreateTemplateAsync(Constraints, cooldown: true, default));
            say($"tip {tip.Height}, template of {first.Data.Coinbase.ValueRemaining} sats, prefix "
                + Convert.ToHexString(first.Data.Coinbase.ScriptSigPrefix.Span));
            Assert.Equal(tip.Hash.ToArray(), first.Data.PrevHash.ToArray());
            Assert.True(Get(await first.GetBlockAsync(default)).Length > 80);

            Assert.Null(Get(await first.WaitNextAsync(TimeSpan.FromMilliseconds(200), long.MaxValue, default)));
            using CancellationTokenSource interrupt = new();
            Task<NodeResult<NodeTemplate?>> interrupted = first.WaitNextAsync(TimeSpan.FromSeconds(60), 1, interrupt.Token);
            _ = Get(await client.GetTipAsync(default));
            await interrupt.CancelAsync();
            Stopwatch watch = Stopwatch.StartNew();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => interrupted);
            say($"interrupted after {watch.Elapsed.TotalMilliseconds:F1} ms");

            Task<NodeResult<NodeTemplate?>> next = first.WaitNextAsync(TimeSpan.FromSeconds(60), long.MaxValue, default);
            await RunAsync(cli, "generatetodescriptor 1 'raw(51)'");
            watch.Restart();
            NodeTemplate second = Get(await next)!;
            say($"next template {watch.Elapsed.TotalMilliseconds:F1} ms after the command line ended");
            Assert.NotEqual(first.Data.PrevHash.ToArray(), second.Data.PrevHash.ToArray());
            await first.DisposeAsync();

            (byte[] full, byte[] stripped) = BlockMaker.Coinbase(second.Data.Coinbase);
            (uint version, uint time, uint nonce) = BlockMaker.Solve(second.Data, stripped);
            next = second.WaitNextAsync(TimeSpan.FromSeconds(60), long.MaxValue, default);
            watch.Restart();
            SubmitOutcome outcome = Get(await second.SubmitSolutionAsync(version, time, nonce, full, default));
            say($"submitted: {outcome} after {watch.Elapsed.TotalMilliseconds:F1} ms");
            Assert.True(outcome.Accepted);
            NodeTemplate third = Get(await next)!;
            Assert.Equal(tip.Height + 2, Get(await client.GetTipAsync(default))!.Height);
            outcome = Get(await second.SubmitSolutionAsync(version, time, nonce, full, default));
            say($"submitted again: {outcome}");
            outcome = Get(await second.SubmitSolutionAsync(version, time, nonce + 7, full, default));
            say($"submitted with another nonce: {outcome}");

            NodeResult<SubmitOutcome> whole = await client.SubmitBlockAsync(Get(await third.GetBlockAsync(default)), default);
            say($"unsolved whole block: {whole}");
            Assert.Equal(client.Generation == NodeGeneration.V32, whole.Failure is null);
            await second.DisposeAsync();
            await third.DisposeAsync();
        }

        say($"end: {await client.Completion}");
    }

    private static T Get<T>(NodeResult<T> result)
    {
        Assert.True(result.TryGet(out T? value, out NodeFailure? failure), failure?.ToString());
        return value!;
    }

    private static async Task RunAsync(string cli, string command)
    {
        using Process process = Process.Start(new ProcessStartInfo("bash", ["-c", $"{cli} {command}"]) { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
