using System.Text.Json;
using Bitcoin;
using JdClient.Blocks;
using JdClient.Blocks.JsonRpc;
using JdClient.Configuration;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace JdClient.Tests.Blocks;

public sealed class RpcTargetTests : IDisposable
{
    private const string Password = "pass:wörd";

    private readonly LogCapture _capture = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("jdc").FullName;

    [Theory]
    [InlineData(200, """{"result":null,"error":null}""", AnswerKind.Accepted, "")]
    [InlineData(200, """{"result":"duplicate","error":null}""", AnswerKind.Duplicate, "")]
    [InlineData(200, """{"jsonrpc":"2.0","result":"high-hash"}""", AnswerKind.Rejected, "high-hash")]
    [InlineData(200, """{"result":"bad-txnmrklroot","error":null}""", AnswerKind.Rejected, "bad-txnmrklroot")]
    [InlineData(200, """{"result":"duplicate-invalid","error":null}""", AnswerKind.Rejected, "duplicate-invalid")]
    [InlineData(200, """{"result":"prev-blk-not-found","error":null}""", AnswerKind.Failed, "does not have the block before")]
    [InlineData(500, """{"result":null,"error":{"code":-22,"message":"Block decode failed"}}""", AnswerKind.Rejected, "decode failed")]
    [InlineData(500, """{"result":null,"error":{"code":-28,"message":"Loading block index…"}}""", AnswerKind.Failed, "starting")]
    [InlineData(500, """{"result":null,"error":{"code":-32601,"message":"Method not found"}}""", AnswerKind.Failed, "Method not found")]
    [InlineData(401, "", AnswerKind.Failed, "user and password")]
    [InlineData(403, "", AnswerKind.Failed, "rpcallowip")]
    [InlineData(503, "Work queue depth exceeded", AnswerKind.Failed, "more calls than it takes")]
    [InlineData(404, "<html>nginx</html>", AnswerKind.Failed, "no Bitcoin Core node")]
    [InlineData(200, "[]", AnswerKind.Failed, "no Bitcoin Core node")]
    [InlineData(200, "{}", AnswerKind.Failed, "no Bitcoin Core node")]
    [InlineData(200, "", AnswerKind.Failed, "no Bitcoin Core node")]
    [InlineData(200, """{"result":null,"error":"text"}""", AnswerKind.Accepted, "")]
    [InlineData(0, "", AnswerKind.Failed, "")]
    public async Task What_a_node_says_decides_what_follows(int status, string body, object kind, string part)
    {
        await using FakeRpcNode node = await FakeRpcNode.StartAsync(_ => (status, body));
        using RpcTarget target = Target(With(node));

        TargetAnswer answer = await target.SubmitAsync(Block(10), TestContext.Current.CancellationToken);

        Assert.Equal((AnswerKind)kind, answer.Kind);
        Assert.Contains(part, answer.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("wörd", answer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, AnswerKind.Accepted)]
    [InlineData(-1, AnswerKind.Inconclusive)]
    [InlineData(0, AnswerKind.Inconclusive)]
    public async Task An_inconclusive_answer_is_looked_up_in_the_chain(int confirmations, object kind)
    {
        await using FakeRpcNode node = await FakeRpcNode.StartAsync(call => call.Body.Contains("getblockheader", StringComparison.Ordinal)
            ? (200, $$"""{"result":{"confirmations":{{confirmations}}},"error":null}""")
            : (200, """{"result":"inconclusive","error":null}"""));
        using RpcTarget target = Target(With(node));
        WholeBlock block = Block(10);

        TargetAnswer answer = await target.SubmitAsync(block, TestContext.Current.CancellationToken);

        Assert.Equal((AnswerKind)kind, answer.Kind);
        Assert.Contains(block.Hash.ToString(), node.Calls[^1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_of_four_megabytes_arrives_as_hex_with_user_and_password()
    {
        await using FakeRpcNode node = await FakeRpcNode.StartAsync(_ => (200, """{"result":null,"error":null}"""));
        using RpcTarget target = Target(With(node));
        WholeBlock block = Block(4_000_000);

        Assert.Equal(AnswerKind.Accepted, (await target.SubmitAsync(block, TestContext.Current.CancellationToken)).Kind);

        FakeRpcNode.Call call = Assert.Single(node.Calls);
        Assert.Equal($"me:{Password}", call.Credentials);
        using JsonDocument body = JsonDocument.Parse(call.Body);
        Assert.Equal("submitblock", body.RootElement.GetProperty("method").GetString());
        Assert.Equal(Convert.ToHexStringLower(block.ToArray()), body.RootElement.GetProperty("params")[0].GetString());
    }

    [Fact]
    public async Task A_cookie_that_changed_with_a_restart_of_the_node_is_used_at_the_next_call()
    {
        await using FakeRpcNode node = await FakeRpcNode.StartAsync(_ => (200, """{"result":null,"error":null}"""));
        string cookie = Path.Combine(_directory, ".cookie");
        using RpcTarget target = Target(new BlockSubmitConfiguration { Url = node.Url, CookieFile = cookie });

        TargetAnswer missing = await target.SubmitAsync(Block(10), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(cookie, "__cookie__:one\n", TestContext.Current.CancellationToken);
        await target.SubmitAsync(Block(10), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(cookie, "__cookie__:two", TestContext.Current.CancellationToken);
        await target.SubmitAsync(Block(10), TestContext.Current.CancellationToken);

        Assert.Equal(AnswerKind.Failed, missing.Kind);
        Assert.Contains(cookie, missing.Detail, StringComparison.Ordinal);
        Assert.Equal(["__cookie__:one", "__cookie__:two"], node.Calls.Select(call => call.Credentials));
    }

    [Fact]
    public async Task A_file_that_is_no_cookie_is_not_sent()
    {
        await using FakeRpcNode node = await FakeRpcNode.StartAsync(_ => (200, "{}"));
        string cookie = Path.Combine(_directory, ".cookie");
        await File.WriteAllTextAsync(cookie, new string('x', 5000) + ":", TestContext.Current.CancellationToken);
        using RpcTarget target = Target(new BlockSubmitConfiguration { Url = node.Url, CookieFile = cookie });

        TargetAnswer answer = await target.SubmitAsync(Block(10), TestContext.Current.CancellationToken);

        Assert.Contains("is no cookie", answer.Detail, StringComparison.Ordinal);
        Assert.Empty(node.Calls);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_a_failure_and_not_an_exception()
    {
        // Port 1 on loopback refuses.
        using RpcTarget target = Target(new BlockSubmitConfiguration
        {
            Url = new Uri("http://127.0.0.1:1"),
            User = "me",
            Password = new RpcPassword(Password),
        });

        Assert.Equal(AnswerKind.Failed, (await target.SubmitAsync(Block(10), TestContext.Current.CancellationToken)).Kind);
        await target.CheckAsync(TestContext.Current.CancellationToken);
        Assert.Equal(5026, Assert.Single(_capture.Lines).EventId);
    }

    [Fact]
    public async Task A_node_that_never_answers_is_given_up_after_its_timeout()
    {
        using var answered = new ManualResetEventSlim();
        await using FakeRpcNode node = await FakeRpcNode.StartAsync(_ =>
        {
            answered.Wait(TestContext.Current.CancellationToken);
            return (200, "{}");
        });
        using RpcTarget target = Target(With(node) with { Timeout = TimeSpan.FromMilliseconds(50) });

        TargetAnswer answer = await target.SubmitAsync(Block(10), TestContext.Current.CancellationToken);
        answered.Set();

        Assert.Contains("timeout_secs", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        await using FakeRpcNode node = await FakeRpcNode.StartAsync(_ => (200, new string(' ', 1_000_000)));
        using RpcTarget target = Target(With(node));

        Assert.Equal(AnswerKind.Failed, (await target.SubmitAsync(Block(10), TestContext.Current.CancellationToken)).Kind);
    }

    [Theory]
    [InlineData("regtest", 5025)]
    [InlineData("main", 5027)]
    public async Task The_nodes_chain_is_compared_with_the_template_providers(string chain, int eventId)
    {
        await using FakeRpcNode node = await FakeRpcNode.StartAsync(_ => (200, $$"""{"result":{"chain":"{{chain}}"},"error":null}"""));
        using RpcTarget target = Target(With(node));

        await target.CheckAsync(TestContext.Current.CancellationToken);

        Assert.Equal(eventId, Assert.Single(_capture.Lines).EventId);
    }

    public void Dispose()
    {
        _capture.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static BlockSubmitConfiguration With(FakeRpcNode node) =>
        new() { Url = node.Url, User = "me", Password = new RpcPassword(Password) };

    private static WholeBlock Block(int length)
    {
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return new WholeBlock(U256.From(7), [bytes.AsMemory(0, length / 3), bytes.AsMemory(length / 3)]);
    }

    private RpcTarget Target(BlockSubmitConfiguration configuration) => new(
        configuration, [BitcoinNetwork.Regtest], TimeProvider.System, new LoggerFactory([_capture]).CreateLogger<BlockPublisher>());
}
