using Capnp.Rpc.Wire;
using TestSupport;
using Xunit;
using V30 = BitcoinCore.Ipc.Generated.V30;
using V31 = BitcoinCore.Ipc.Generated.V31;
using V32 = BitcoinCore.Ipc.Generated.V32;

namespace BitcoinCore.Ipc.Tests;

public class RecordingTests
{
    public static TheoryData<string> All => ["v30.1-solo.jsonl", "v31-fulltemplate.jsonl", "v31-sv2tp.jsonl", "v32-sv2tp.jsonl"];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_message_of_a_real_conversation_is_one_the_protocol_knows(string file)
    {
        Recording recording = Load(file);

        Assert.NotEmpty(recording.Messages);
        // A node's last word, when its client has gone, is an abort.
        Assert.All(recording.Messages.SkipLast(1), entry => Assert.True(
            entry.Message.Union is Message.Which.Bootstrap or Message.Which.Call or Message.Which.Return or Message.Which.Finish
                or Message.Which.Release or Message.Which.Resolve or Message.Which.Disembargo,
            entry.Message.Union.ToString()));
        Assert.All(recording.Messages.Where(entry => entry.FromClient), entry => Assert.NotEqual(Message.Which.Abort, entry.Message.Union));
        Assert.Equal(Message.Which.Bootstrap, recording.Messages[0].Message.Union);
    }

    [Fact]
    public void A_v30_node_gives_header_coinbase_and_path_and_accepts_blocks()
    {
        Recording recording = Load("v30.1-solo.jsonl");

        Assert.All(Headers(recording, V30.BlockTemplate.InterfaceId), header => Assert.Equal(80, header));
        List<int> coinbases = Results(
            recording, V30.BlockTemplate.InterfaceId, 5, r => new V30.BlockTemplate.GetCoinbaseTxResults.Reader(r).Result.Length);
        Assert.NotEmpty(coinbases);
        Assert.All(coinbases, length => Assert.InRange(length, 60, 400));
        List<bool> submitted = Results(
            recording, V30.BlockTemplate.InterfaceId, 9, r => new V30.BlockTemplate.SubmitSolutionResults.Reader(r).Result);
        Assert.NotEmpty(submitted);
        Assert.All(submitted, Assert.True);
    }

    [Theory]
    [InlineData("v31-fulltemplate.jsonl")]
    [InlineData("v31-sv2tp.jsonl")]
    [InlineData("v32-sv2tp.jsonl")]
    public void A_node_since_v31_gives_the_coinbase_as_a_struct(string file)
    {
        Recording recording = Load(file);

        Assert.All(Headers(recording, V31.BlockTemplate.InterfaceId), header => Assert.Equal(80, header));
        List<V31.CoinbaseTx.Reader> coinbases =
            Results(recording, V31.BlockTemplate.InterfaceId, 5, r => new V31.BlockTemplate.GetCoinbaseTxResults.Reader(r).Result);
        Assert.NotEmpty(coinbases);
        Assert.All(coinbases, coinbase =>
        {
            Assert.Equal((2u, 0xfffffffeu), (coinbase.Version, coinbase.Sequence));
            Assert.InRange(coinbase.ScriptSigPrefix.Length, 2, 8);
            // Sats; regtest halves the subsidy every 150 blocks.
            Assert.InRange(coinbase.BlockRewardRemaining, 1_0000_0000, 51_0000_0000);
            ReadOnlyMemory<byte> output = Assert.Single(coinbase.RequiredOutputs);
            // Value 0, and a script that begins OP_RETURN, 36 bytes, the witness commitment's magic.
            Assert.StartsWith("0000000000000000266A24AA21A9ED", Convert.ToHexString(output.Span), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_v31_node_accepts_blocks()
    {
        List<bool> submitted = Results(
            Load("v31-fulltemplate.jsonl"),
            V31.BlockTemplate.InterfaceId,
            7,
            r => new V31.BlockTemplate.SubmitSolutionResults.Reader(r).Result);

        Assert.NotEmpty(submitted);
        Assert.All(submitted, Assert.True);
    }

    private static List<int> Headers(Recording recording, ulong interfaceId)
    {
        // The header is method 1, and its results one Data, in every generation.
        List<int> headers = Results(recording, interfaceId, 1, r => new V32.BlockTemplate.GetBlockHeaderResults.Reader(r).Result.Length);
        Assert.NotEmpty(headers);
        return headers;
    }

    private static List<T> Results<T>(Recording recording, ulong interfaceId, ushort method, Func<Capnp.StructReader, T> read) =>
        [.. recording.Answers(interfaceId, method)
            .Where(answer => answer.Union == Return.Which.Results)
            .Select(answer => read(answer.Results.Content.ReadStruct()))];

    private static Recording Load(string file)
    {
        Recording? recording = Recording.TryLoad(file);
        if (recording is null)
            Assert.Skip(Vectors.MissingReason);
        return recording;
    }
}
