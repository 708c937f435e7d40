using Sv2.Protocol.Mining;

namespace Sv2.Channels;

/// <summary>A share as a miner submits it, on a channel of either kind.</summary>
/// <param name="SequenceNumber">The miner's counter.</param>
/// <param name="JobId">The job it was mined on.</param>
/// <param name="Nonce">Header nonce.</param>
/// <param name="NTime">Header time, Unix seconds.</param>
/// <param name="Version">Header version.</param>
/// <param name="Extranonce">The rollable part; empty on a standard channel.</param>
public readonly record struct SubmittedShare(
    uint SequenceNumber, uint JobId, uint Nonce, uint NTime, uint Version, ReadOnlyMemory<byte> Extranonce)
{
    /// <summary>From a share of an extended channel.</summary>
    public static SubmittedShare From(SubmitSharesExtended message) =>
        new(message.SequenceNumber, message.JobId, message.Nonce, message.NTime, message.Version, message.Extranonce);

    /// <summary>From a share of a standard channel.</summary>
    public static SubmittedShare From(SubmitSharesStandard message) =>
        new(message.SequenceNumber, message.JobId, message.Nonce, message.NTime, message.Version, default);
}
