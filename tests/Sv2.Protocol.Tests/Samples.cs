using Bitcoin;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;

namespace Sv2.Protocol.Tests;

/// <summary>One message of each type; no field empty, no two fields alike.</summary>
internal static class Samples
{
    private static readonly U256 A = U256.FromLittleEndian(Bytes(32, 0xa0));
    private static readonly U256 B = U256.FromLittleEndian(Bytes(32, 0xb0));

    internal static IReadOnlyList<Sv2Message> All { get; } =
    [
        new SetupConnection(0, 2, 3, 0x01020304, "pool.example", 3333, "v", "hw", "fw", "dev"),
        new SetupConnectionSuccess(2, 0x0a0b0c0d),
        new SetupConnectionError(3, "unsupported-feature-flags"),
        new ChannelEndpointChanged(17),
        new Reconnect("next.example", 34254),
        new OpenStandardMiningChannel(1, "acct.worker", 1.5e12f, A),
        new OpenStandardMiningChannelSuccess(1, 2, A, Bytes(7, 1), 3),
        new OpenMiningChannelError(1, "unknown-user"),
        new OpenExtendedMiningChannel(1, "acct.worker", 2.5e15f, A, 8),
        new OpenExtendedMiningChannelSuccess(1, 2, A, 8, Bytes(9, 1), 3),
        new NewMiningJob(1, 2, 3, 0x20000000, A),
        new UpdateChannel(1, 3.25f, A),
        new UpdateChannelError(1, "invalid-channel-id"),
        new CloseChannel(1, "bye"),
        new SetExtranoncePrefix(1, Bytes(32, 2)),
        new SubmitSharesStandard(1, 2, 3, 4, 5, 6),
        new SubmitSharesExtended(1, 2, 3, 4, 5, 6, Bytes(8, 3)),
        new SubmitSharesSuccess(1, 2, 3, 0x1122334455667788),
        new SubmitSharesError(1, 2, "stale-share"),
        new NewExtendedMiningJob(1, 2, 3, 0x20000000, true, [A, B], Bytes(60, 4), Bytes(70, 5)),
        new Mining.SetNewPrevHash(1, 2, A, 3, 0x1d00ffff),
        new SetTarget(1, B),
        new SetCustomMiningJob(1, 2, Bytes(3, 6), 4, A, 5, 6, 7, Bytes(8, 8), 9, Bytes(40, 10), 11, [B, A]),
        new SetCustomMiningJobSuccess(1, 2, 3),
        new SetCustomMiningJobError(1, 2, "stale-chain-tip"),
        new SetGroupChannel(1, [2, 3, 0xfffffffe]),
        new AllocateMiningJobToken("user", 7),
        new AllocateMiningJobTokenSuccess(7, Bytes(8, 1), Bytes(43, 2)),
        new ProvideMissingTransactions(7, [0, 5, 65535]),
        new ProvideMissingTransactionsSuccess(7, [Bytes(100, 1), Bytes(1, 2)]),
        new DeclareMiningJob(7, Bytes(8, 1), 0x20000000, Bytes(60, 2), Bytes(70, 3), [A, B], Bytes(5, 4)),
        new DeclareMiningJobSuccess(7, Bytes(8, 1)),
        new DeclareMiningJobError(7, "invalid-job", Bytes(11, 1)),
        new PushSolution(Bytes(16, 1), A, 1, 2, 3, 4),
        new CoinbaseOutputConstraints(43, 80),
        new NewTemplate(0x0102030405060708, true, 1, 2, Bytes(4, 1), 3, 5_000_000_000, 1, Bytes(47, 2), 4, [A, B]),
        new TemplateDistribution.SetNewPrevHash(9, A, 1, 2, B),
        new RequestTransactionData(9),
        new RequestTransactionDataSuccess(9, Bytes(3, 1), [Bytes(200, 2), Bytes(61, 3)]),
        new RequestTransactionDataError(9, "stale-template-id"),
        new SubmitSolution(9, 1, 2, 3, Bytes(120, 4)),
        new RequestExtensions(1, [2, 0x4000]),
        new RequestExtensionsSuccess(1, [2]),
        new RequestExtensionsError(1, [3], [2]),
    ];

    private static byte[] Bytes(int count, byte first) => [.. Enumerable.Range(0, count).Select(i => (byte)(first + i))];
}
