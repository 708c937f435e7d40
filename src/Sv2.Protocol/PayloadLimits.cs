using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;

namespace Sv2.Protocol;

/// <summary>
/// How large a payload may be, in bytes, before anything is allocated for it: the most its message type can take on the wire
/// (spec 03, 3.1 and the message tables), and never more than the peer's role has a reason to send.
/// </summary>
public sealed class PayloadLimits
{
    /// <summary>Room for TLV fields behind the last field of any message (spec 03, 3.4.3).</summary>
    public const int TlvAllowance = 1024;

    // STR0_255, B0_255, B0_64K, SEQ0_255[U256] and SEQ0_64K[U16] with their lengths.
    private const int Text = 256;
    private const int Bytes255 = 256;
    private const int Bytes64K = 2 + 0xffff;
    private const int Path = 1 + (255 * 32);
    private const int ShortList = 2 + (2 * 0xffff);

    private static readonly PayloadLimits MiningClient = new(80 * 1024);
    private static readonly PayloadLimits MiningServer = new(264 * 1024);
    private static readonly PayloadLimits JobDeclaratorClient = new(FrameHeader.MaxPayloadLength);
    private static readonly PayloadLimits JobDeclaratorServer = new(136 * 1024);
    private static readonly PayloadLimits TemplateClient = new(68 * 1024);
    private static readonly PayloadLimits TemplateProvider = new(FrameHeader.MaxPayloadLength);

    private readonly int _roleLimit;

    private PayloadLimits(int roleLimit) => _roleLimit = roleLimit;

    /// <summary>The limits for what a peer of this role sends.</summary>
    public static PayloadLimits Of(PeerRole role) => role switch
    {
        PeerRole.MiningClient => MiningClient,
        PeerRole.MiningServer => MiningServer,
        PeerRole.JobDeclaratorClient => JobDeclaratorClient,
        PeerRole.JobDeclaratorServer => JobDeclaratorServer,
        PeerRole.TemplateClient => TemplateClient,
        _ => TemplateProvider,
    };

    /// <summary>The limit for a frame with this header. What we do not know is limited to 64 KiB.</summary>
    public int For(FrameHeader header)
    {
        int type = header.ExtensionType switch
        {
            ExtensionTypes.Base => OfBase(header.MessageType),
            ExtensionTypes.ExtensionsNegotiation => 2 + (2 * ShortList),
            _ => 0x10000,
        };
        return Math.Min(Math.Min(type, FrameHeader.MaxPayloadLength - TlvAllowance) + TlvAllowance, _roleLimit);
    }

    private static int OfBase(byte type) => type switch
    {
        SetupConnection.Type => 11 + (5 * Text),
        ProvideMissingTransactions.Type => 4 + ShortList,
        ProvideMissingTransactionsSuccess.Type or RequestTransactionDataSuccess.Type => FrameHeader.MaxPayloadLength,
        SetGroupChannel.Type => 4 + 2 + (4 * 0xffff),
        NewExtendedMiningJob.Type => 18 + Path + (2 * Bytes64K),
        SetCustomMiningJob.Type => 64 + (2 * Bytes255) + Bytes64K + Path,
        AllocateMiningJobTokenSuccess.Type => 4 + Bytes255 + Bytes64K,
        DeclareMiningJob.Type => 8 + Bytes255 + (3 * Bytes64K) + 2 + (32 * 0xffff),
        DeclareMiningJobError.Type => 4 + Text + Bytes64K,
        NewTemplate.Type => 37 + Bytes255 + Bytes64K + Path,
        SubmitSolution.Type => 20 + Bytes64K,
        < 0x80 => 64 + Text,
        _ => 0x10000,
    };
}
