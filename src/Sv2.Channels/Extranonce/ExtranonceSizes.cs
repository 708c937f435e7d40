namespace Sv2.Channels;

/// <summary>
/// How many extranonce bytes belong to whom (design §5), all in bytes:
/// <c>upstream prefix | padding | local prefix | rollable</c>. The last two are the downstream's full extranonce and
/// never change while a connection lives; upstream prefix and padding belong to the job.
/// </summary>
public static class ExtranonceSizes
{
    /// <summary>The local prefix.</summary>
    public const int LocalPrefix = 2;

    /// <summary>Most that a miner can roll: what is left of <see cref="Solo"/>, so that every channel can mine solo.</summary>
    public const int MaxRollable = Solo - LocalPrefix;

    /// <summary>What solo work grants itself, with an empty upstream prefix.</summary>
    public const int Solo = 16;

    /// <summary>Upstream prefix and granted bytes together (spec 05).</summary>
    public const int MaxFull = 32;

    /// <summary>
    /// The rollable size of a connection, chosen when its first channel opens and equal for all its channels.
    /// </summary>
    /// <param name="reserved">Configured size.</param>
    /// <param name="requested">What the miner asks for at least (min_extranonce_size; 0 for a standard channel).</param>
    /// <param name="granted">What the current work source grants after its own prefix.</param>
    /// <param name="rollable">The larger of the two sizes.</param>
    /// <returns>False when that is more than <see cref="MaxRollable"/> or than the grant leaves.</returns>
    public static bool TryChooseRollable(int reserved, int requested, int granted, out int rollable)
    {
        rollable = Math.Max(reserved, requested);
        return rollable <= Math.Min(MaxRollable, granted - LocalPrefix);
    }
}
