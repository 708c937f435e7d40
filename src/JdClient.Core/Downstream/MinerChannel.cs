using Sv2.Channels;

namespace JdClient.Core.Downstream;

/// <summary>An open channel of a downstream connection.</summary>
internal sealed class MinerChannel(DownstreamSession session, DownstreamChannel channel, ushort slot)
{
    /// <summary>Its connection.</summary>
    public DownstreamSession Session { get; } = session;

    /// <summary>Its target, extranonce and shares.</summary>
    public DownstreamChannel Channel { get; } = channel;

    /// <summary>The local extranonce prefix, to be given back.</summary>
    public ushort Slot { get; } = slot;

    /// <summary>Its id on the connection.</summary>
    public uint Id => Channel.ChannelId;

    /// <summary>It has accepted shares that are not acknowledged, and is on the list for that.</summary>
    public bool AwaitsFlush { get; set; }

    /// <summary>Its target has changed, and it gets its work again so that the target counts.</summary>
    public bool AwaitsJob { get; set; }
}
