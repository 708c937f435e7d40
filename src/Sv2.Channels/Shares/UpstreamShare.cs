using Bitcoin;

namespace Sv2.Channels;

/// <summary>An accepted share in the form in which it goes upstream. Owns its bytes.</summary>
/// <param name="Job">The job it was mined on.</param>
/// <param name="Hash">Hash of its header.</param>
/// <param name="Nonce">Header nonce.</param>
/// <param name="NTime">Header time, Unix seconds.</param>
/// <param name="Version">Header version.</param>
/// <param name="Extranonce">Padding, local prefix and rollable part: as many bytes as the upstream grants.</param>
/// <param name="UserIdentity">The channel's user identity (extension 0x0002).</param>
public sealed record UpstreamShare(
    Job Job, U256 Hash, uint Nonce, uint NTime, uint Version, ReadOnlyMemory<byte> Extranonce, string UserIdentity)
{
    /// <summary>Whether it is a block of the network.</summary>
    public bool IsBlock => Job.Tip is { } tip && Hash <= tip.NetworkTarget;
}
