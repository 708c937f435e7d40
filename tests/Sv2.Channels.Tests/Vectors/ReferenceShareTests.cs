using Bitcoin;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace Sv2.Channels.Tests.Vectors;

/// <summary>One case of jobs.json typed in, for clones without the vectors: template, job, block, reply, solution.</summary>
public sealed class ReferenceShareTests
{
    private const string Suffix =
        "ffffffff0537c4890b000000001976a914c6ea5ae113359cb6650ab7fb2b26506d67dbe9a188ace1bb7e0400000000225120f53cc6d0f3ed420f46fc559eca"
        + "20921454c51e38a1711824661f79083fee4071db526104000000001976a91459aed0fc33ad286fbc2f2c5a00d16019b7b5bed188ac0000000000000000266a"
        + "24aa21a9ed738d14fb0e454ebf3148daf38328bd8d45a45769a27b080d19e0aaf585e0365700000000000000000a6a083b1386728ed75a56";

    private const string Prefix =
        "02000000010000000000000000000000000000000000000000000000000000000000000000ffffffff280178145376322f706f6f6c31332f6d696e657235"
        + "36392f10";

    [Fact]
    public void Job_block_reply_and_solution_of_a_regtest_channel()
    {
        var template = new NewTemplate(
            1002,
            false,
            536870916,
            2,
            Convert.FromHexString("0178"),
            uint.MaxValue,
            342479603,
            2,
            Convert.FromHexString(
                "0000000000000000266a24aa21a9ed738d14fb0e454ebf3148daf38328bd8d45a45769a27b080d19e0aaf585e03657"
                + "00000000000000000a6a083b1386728ed75a56"),
            119,
            [
                Hash("56b59ddde01f579e96612cc2c050cfa767c4c359d0c4cd9005e81b61adbf2920"),
                Hash("837e68935f860bed420ba53b0cf47175b40cec3bd95d8d4885b5b61f7c557cb3"),
            ]);
        RewardOutputs rewards = RewardOutputs.From(
        [
            new TxOut(0, Script.FromHex("76a914c6ea5ae113359cb6650ab7fb2b26506d67dbe9a188ac")),
            new TxOut(75414497, Script.FromHex("5120f53cc6d0f3ed420f46fc559eca20921454c51e38a1711824661f79083fee4071")),
            new TxOut(73487067, Script.FromHex("76a91459aed0fc33ad286fbc2f2c5a00d16019b7b5bed188ac")),
        ])!;
        CoinbaseError error = CoinbaseCut.TryCreate(
            template, rewards, CoinbaseCut.TagBytes("pool13", "miner569"), UpstreamExtranonce.Solo, default, out CoinbaseCut? cut);
        Assert.Equal(CoinbaseError.None, error);
        Assert.Equal(Prefix, cut!.MinerPrefix(16).Hex());
        Assert.Equal(Suffix + "77000000", cut.MinerSuffix.Hex());

        var jobs = new JobStore();
        jobs.SetTip(new Tip(Hash("943050be7f754e5feb3e3dcf1c9847b3a9c95aeb3aad65ad7ef86c4bbf790ac0"), 1724173075, 545259519), 1001);
        Job job = jobs.AddActive(template, cut);
        var channel = new DownstreamChannel(
            Work.Options() with
            {
                ChannelId = 6,
                LocalPrefix = Convert.FromHexString("5022e9a245593a"),
                RollableSize = 9,
                NominalHashRate = 40,
                ShareBatchSize = 10,
            },
            Work.Now);
        Assert.Equal(Hash("02cba2716ea3008f207d7cedcc4fd3e518c9f50ff72d38283103cba2716ea300"), channel.Target);

        var share = new SubmittedShare(1, job.Id, 4050448617, 1724173075, 536870916, Convert.FromHexString("92e5e51e19ae8005fe"));
        ShareResult result = channel.Submit(share, jobs, DateTimeOffset.FromUnixTimeSeconds(1724173075), out _);
        Assert.Equal(ShareVerdict.BlockFound, result.Verdict);
        Assert.Equal(Hash("6922406fd33a9afd67c32ac07cc7bd6c5e078ec83cb5c6f5eed57bfb89b91e00"), result.Hash);
        Assert.Equal("0600000001000000010000000000000000000000", result.Reply!.PayloadHex());
        Assert.Equal(
            "04000020943050be7f754e5feb3e3dcf1c9847b3a9c95aeb3aad65ad7ef86c4bbf790ac0"
            + "d67212b8cdb22d3c783b33207c71a7cad74418e131e8e6a1a58a2c9588b127a013cbc466ffff7f20e9f06cf1",
            Convert.ToHexStringLower(result.Solution!.Header.ToBytes()));
        Assert.Equal(
            Prefix.Insert(8, "0001") + "5022e9a245593a92e5e51e19ae8005fe" + Suffix + "0120" + new string('0', 64) + "77000000",
            result.Solution.Coinbase.Hex());
    }

    private static U256 Hash(string hex) => U256.FromLittleEndian(Convert.FromHexString(hex));
}
