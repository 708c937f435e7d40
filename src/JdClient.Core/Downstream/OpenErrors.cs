namespace JdClient.Core.Downstream;

/// <summary>Codes of OpenMiningChannel.Error that are ours; the others stand in <see cref="Sv2.Protocol.ErrorCodes"/>.</summary>
internal static class OpenErrors
{
    /// <summary>A limit of open channels is reached.</summary>
    public const string TooManyChannels = "too-many-channels";

    /// <summary>A limit of waiting requests is reached.</summary>
    public const string TooManyRequests = "too-many-requests";
}
