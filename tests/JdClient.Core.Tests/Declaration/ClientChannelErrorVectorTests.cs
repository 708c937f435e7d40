using System.Text.Json;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using TestSupport;
using Xunit;

namespace JdClient.Core.Tests.Declaration;

/// <summary>
/// declaration.json, client_channel_errors: answers to SetCustomMiningJob that do not fit what the client's channel knows. The
/// reference refuses them with an error, most of which end the upstream. With us an answer is matched by channel and request
/// id alone, because the job was made here: what does not match is dropped and counted and the request goes on waiting for
/// its own answer, and what belongs to a former tip is nobody's fault. The differences stand at each case.
/// </summary>
public sealed class ClientChannelErrorVectorTests
{
    [Fact]
    public void Every_answer_that_the_reference_refuses_leads_where_it_should()
    {
        if (Vectors.TryPath("sri", "declaration.json") is not { } path)
        {
            Assert.Skip(Vectors.MissingReason);
            return;
        }

        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        int cases = 0;
        foreach (JsonElement scenario in file.RootElement.GetProperty("scenarios").EnumerateArray())
        {
            foreach (JsonElement error in scenario.GetProperty("client_channel_errors").EnumerateArray())
            {
                var request = (SetCustomMiningJob)Decode(error, "set_custom_mining_job_payload", SetCustomMiningJob.Type);
                var success = (SetCustomMiningJobSuccess)Decode(error, "success_payload", SetCustomMiningJobSuccess.Type);
                Replay(error.GetProperty("label").GetString()!, error.GetProperty("error").GetString()!, request, success);
                cases++;
            }
        }

        Assert.True(cases > 20);
    }

    private static void Replay(string label, string error, SetCustomMiningJob asked, SetCustomMiningJobSuccess success)
    {
        var harness = new CoreHarness();
        FakePool pool = harness.Pool();
        pool.ChannelId = asked.ChannelId;
        if (error == "NoChainTip")
        {
            // No custom job is asked for before there is a tip, so the answer is to nothing.
            harness.Provider.Connect();
            FakeMiner early = harness.Miner();
            early.OpenExtended();
            pool.SetUp();
            pool.GiveTokens();
            harness.Provider.Template(1, future: true);
            pool.Send(success);
            AssertStray(harness);
            return;
        }

        harness.Provider.Begin();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        pool.SetUp();
        if (error == "FailedToDeserializeCoinbaseOutputs")
        {
            // The outputs of a custom job are ours; a pool's that cannot be read are refused where they come in, with the token.
            pool.GiveToken(asked.CoinbaseTxOutputs.ToArray());
            Assert.Single(harness.Reports.OfType<CoreReport.PeerViolation>());
            Assert.Equal(UpstreamHealth.Misbehaves, harness.Snapshot().Upstreams[0].Health);
            return;
        }

        pool.GiveTokens();
        pool.OpenChannel();
        harness.Provider.Transactions(1);
        pool.AcknowledgeDeclaration();
        uint ours = Assert.Single(pool.Got<SetCustomMiningJob>()).RequestId;
        miner.Mine();
        var answer = new SetCustomMiningJobSuccess(success.ChannelId, ours + success.RequestId - asked.RequestId, success.JobId);
        switch (error)
        {
            case "ChannelIdMismatch" or "RequestIdMismatch":
                // Dropped, where the reference leaves the pool. The right answer still counts.
                pool.Send(answer);
                AssertStray(harness);
                Assert.Null(harness.Snapshot().Source.UpstreamId);
                pool.AcknowledgeJob();
                AssertForwarded(harness, miner, pool);
                break;
            case "ChainTipMismatch" when label.Contains("min_ntime", StringComparison.Ordinal):
                // The lowest header time alone makes no other tip: the job counts, where the
                // reference loses the shares that waited for it.
                harness.PassSeconds(5);
                harness.Provider.Tip(1, 1);
                pool.Send(answer);
                AssertForwarded(harness, miner, pool);
                break;
            case "ChainTipMismatch":
                // As there: another tip has come meanwhile, the job comes to nothing and the pool is not left for it.
                harness.Provider.Bits = label.Contains("nBits", StringComparison.Ordinal) ? FakeProvider.EasyBits : FakeProvider.HardBits;
                harness.Provider.NewBlock(2, label.Contains("nBits", StringComparison.Ordinal) ? 1u : 2u);
                pool.Send(answer);
                Assert.Null(harness.Snapshot().Source.UpstreamId);
                Assert.Equal(UpstreamHealth.Fit, harness.Snapshot().Upstreams[0].Health);
                Assert.Empty(pool.Sent<SubmitSharesExtended>());
                pool.GiveTokens(pool.UnansweredTokens);
                pool.DeclareAndAcknowledge(2);
                AssertForwarded(harness, miner, pool);
                break;
            default:
                Assert.Fail($"{label}: {error} is not known here");
                break;
        }
    }

    private static void AssertStray(CoreHarness harness)
    {
        CoreReport.StrayMessage stray = Assert.Single(harness.Reports.OfType<CoreReport.StrayMessage>());
        Assert.Equal(nameof(SetCustomMiningJobSuccess), stray.Message);
        Assert.Empty(harness.Last.OfType<Effect.CloseLink>());
    }

    private static void AssertForwarded(CoreHarness harness, FakeMiner miner, FakePool pool)
    {
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    private static Sv2Message Decode(JsonElement error, string name, byte type)
    {
        byte[] payload = Convert.FromHexString(error.GetProperty(name).GetString()!);
        DecodeResult result = MessageDecoder.Decode(new FrameHeader(0, true, type, payload.Length), payload);
        Assert.Equal(DecodeStatus.Ok, result.Status);
        return result.Message!;
    }
}
