using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;

namespace Sv2.Protocol;

public static partial class MessageDecoder
{
    private static Sv2Message? ReadBase(byte messageType, ref WireReader reader) => messageType switch
    {
        SetupConnection.Type => SetupConnection.Read(ref reader),
        SetupConnectionSuccess.Type => SetupConnectionSuccess.Read(ref reader),
        SetupConnectionError.Type => SetupConnectionError.Read(ref reader),
        ChannelEndpointChanged.Type => ChannelEndpointChanged.Read(ref reader),
        Reconnect.Type => Reconnect.Read(ref reader),
        OpenStandardMiningChannel.Type => OpenStandardMiningChannel.Read(ref reader),
        OpenStandardMiningChannelSuccess.Type => OpenStandardMiningChannelSuccess.Read(ref reader),
        OpenMiningChannelError.Type => OpenMiningChannelError.Read(ref reader),
        OpenExtendedMiningChannel.Type => OpenExtendedMiningChannel.Read(ref reader),
        OpenExtendedMiningChannelSuccess.Type => OpenExtendedMiningChannelSuccess.Read(ref reader),
        NewMiningJob.Type => NewMiningJob.Read(ref reader),
        UpdateChannel.Type => UpdateChannel.Read(ref reader),
        UpdateChannelError.Type => UpdateChannelError.Read(ref reader),
        CloseChannel.Type => CloseChannel.Read(ref reader),
        SetExtranoncePrefix.Type => SetExtranoncePrefix.Read(ref reader),
        SubmitSharesStandard.Type => SubmitSharesStandard.Read(ref reader),
        SubmitSharesExtended.Type => SubmitSharesExtended.Read(ref reader),
        SubmitSharesSuccess.Type => SubmitSharesSuccess.Read(ref reader),
        SubmitSharesError.Type => SubmitSharesError.Read(ref reader),
        NewExtendedMiningJob.Type => NewExtendedMiningJob.Read(ref reader),
        Mining.SetNewPrevHash.Type => Mining.SetNewPrevHash.Read(ref reader),
        SetTarget.Type => SetTarget.Read(ref reader),
        SetCustomMiningJob.Type => SetCustomMiningJob.Read(ref reader),
        SetCustomMiningJobSuccess.Type => SetCustomMiningJobSuccess.Read(ref reader),
        SetCustomMiningJobError.Type => SetCustomMiningJobError.Read(ref reader),
        SetGroupChannel.Type => SetGroupChannel.Read(ref reader),
        AllocateMiningJobToken.Type => AllocateMiningJobToken.Read(ref reader),
        AllocateMiningJobTokenSuccess.Type => AllocateMiningJobTokenSuccess.Read(ref reader),
        ProvideMissingTransactions.Type => ProvideMissingTransactions.Read(ref reader),
        ProvideMissingTransactionsSuccess.Type => ProvideMissingTransactionsSuccess.Read(ref reader),
        DeclareMiningJob.Type => DeclareMiningJob.Read(ref reader),
        DeclareMiningJobSuccess.Type => DeclareMiningJobSuccess.Read(ref reader),
        DeclareMiningJobError.Type => DeclareMiningJobError.Read(ref reader),
        PushSolution.Type => PushSolution.Read(ref reader),
        CoinbaseOutputConstraints.Type => CoinbaseOutputConstraints.Read(ref reader),
        NewTemplate.Type => NewTemplate.Read(ref reader),
        TemplateDistribution.SetNewPrevHash.Type => TemplateDistribution.SetNewPrevHash.Read(ref reader),
        RequestTransactionData.Type => RequestTransactionData.Read(ref reader),
        RequestTransactionDataSuccess.Type => RequestTransactionDataSuccess.Read(ref reader),
        RequestTransactionDataError.Type => RequestTransactionDataError.Read(ref reader),
        SubmitSolution.Type => SubmitSolution.Read(ref reader),
        _ => null,
    };

    private static Sv2Message? ReadExtensionsNegotiation(byte messageType, ref WireReader reader) => messageType switch
    {
        RequestExtensions.Type => RequestExtensions.Read(ref reader),
        RequestExtensionsSuccess.Type => RequestExtensionsSuccess.Read(ref reader),
        RequestExtensionsError.Type => RequestExtensionsError.Read(ref reader),
        _ => null,
    };
}
