using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Declaration;

public sealed class SigopRoomTests
{
    /// <summary>A block full of signature operations would be invalid with outputs that cost more of them than was reserved.</summary>
    [Fact]
    public void Outputs_of_no_more_bytes_but_more_signature_operations_wait_for_a_template_with_room()
    {
        Script own = OutputScripts.WitnessV0(new byte[32]);
        byte[] wanted = TxOutList.Serialize([new TxOut(0, OutputScripts.PubKeyHash(new byte[20]))]);
        (CoreHarness harness, _) = Start.WithChannel(configure: options => options with { SoloRewardScript = own.Memory });
        FakePool pool = harness.Pool();
        pool.SetUp();
        pool.GiveToken(wanted);
        Assert.Equal(new CoinbaseOutputConstraints(43, 4), Assert.Single(harness.Provider.Got<CoinbaseOutputConstraints>()));
        pool.GiveToken(wanted);
        pool.OpenChannel();
        harness.Provider.Transactions(1);
        Assert.Empty(pool.Sent<DeclareMiningJob>());

        harness.Provider.NewBlock(2, 1);
        harness.Provider.Transactions(2);
        Assert.Single(pool.Sent<DeclareMiningJob>());
    }
}
