using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;

namespace Sv2.Protocol.Tests;

public class PayloadLimitsTests
{
    private static readonly string Text = new('x', 255);
    private static readonly byte[] B255 = new byte[255];
    private static readonly byte[] B64K = new byte[65535];

    [Fact]
    public void The_largest_form_of_a_message_passes_for_the_role_that_sends_it()
    {
        Passes(PeerRole.MiningClient, new SetupConnection(0, 2, 2, 0, Text, 1, Text, Text, Text, Text));
        Passes(PeerRole.MiningClient, new OpenExtendedMiningChannel(1, Text, 1, default, 1));
        Passes(PeerRole.MiningClient, new SubmitSharesExtended(1, 2, 3, 4, 5, 6, new byte[32]));
        Passes(PeerRole.MiningClient, new SetCustomMiningJob(
            1, 2, B255, 3, default, 4, 5, 6, B255, 7, B64K, 8, [.. new Bitcoin.U256[255]]));
        Passes(PeerRole.MiningServer, new NewExtendedMiningJob(1, 2, 3, 4, true, [.. new Bitcoin.U256[255]], B64K, B64K));
        Passes(PeerRole.MiningServer, new SetGroupChannel(1, [.. new uint[65535]]));
        Passes(PeerRole.JobDeclaratorClient, new DeclareMiningJob(1, B255, 2, B64K, B64K, [.. new Bitcoin.U256[65535]], B64K));
        Passes(PeerRole.JobDeclaratorServer, new ProvideMissingTransactions(1, [.. new ushort[65535]]));
        Passes(PeerRole.JobDeclaratorServer, new AllocateMiningJobTokenSuccess(1, B255, B64K));
        Passes(PeerRole.JobDeclaratorServer, new DeclareMiningJobError(1, Text, B64K));
        Passes(PeerRole.TemplateProvider, new NewTemplate(
            1, true, 2, 3, B255, 4, 5, 6, B64K, 7, [.. new Bitcoin.U256[255]]));
        Passes(PeerRole.TemplateClient, new SubmitSolution(1, 2, 3, 4, B64K));
    }

    [Fact]
    public void Every_sample_passes_for_every_role()
    {
        foreach (PeerRole role in Enum.GetValues<PeerRole>())
        {
            foreach (Sv2Message sample in Samples.All)
                Passes(role, sample);
        }
    }

    [Fact]
    public void Sixteen_megabytes_are_for_transactions_only()
    {
        Assert.Equal(FrameHeader.MaxPayloadLength, Limit(PeerRole.TemplateProvider, RequestTransactionDataSuccess.Type));
        Assert.Equal(FrameHeader.MaxPayloadLength, Limit(PeerRole.JobDeclaratorClient, ProvideMissingTransactionsSuccess.Type));
        Assert.InRange(Limit(PeerRole.MiningClient, RequestTransactionDataSuccess.Type), 0, 80 * 1024);
        Assert.InRange(Limit(PeerRole.MiningServer, ProvideMissingTransactionsSuccess.Type), 0, 264 * 1024);
    }

    [Fact]
    public void Shares_and_unknown_messages_are_held_short()
    {
        foreach (PeerRole role in Enum.GetValues<PeerRole>())
        {
            Assert.InRange(Limit(role, SubmitSharesExtended.Type), 57 + 37, 2048);
            Assert.InRange(Limit(role, 0xee), 1024, 70_000);
            Assert.InRange(PayloadLimits.Of(role).For(new FrameHeader(0x4000, false, 0, 0)), 1024, 70_000);
        }
    }

    private static void Passes(PeerRole role, Sv2Message message) => Assert.True(
        message.PayloadLength + PayloadLimits.TlvAllowance <= PayloadLimits.Of(role).For(FrameHeader.Of(message)),
        $"{message.GetType().Name} of {message.PayloadLength} bytes from a {role}");

    private static int Limit(PeerRole role, byte type) => PayloadLimits.Of(role).For(new FrameHeader(0, false, type, 0));
}
