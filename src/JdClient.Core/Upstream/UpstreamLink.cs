using JdClient.Core.Engine;

namespace JdClient.Core.Upstream;

/// <summary>How far one of an upstream's two links is.</summary>
internal enum LinkPhase
{
    /// <summary>Being connected.</summary>
    Connecting,

    /// <summary>SetupConnection is out.</summary>
    SettingUp,

    /// <summary>RequestExtensions is out (pool only).</summary>
    Negotiating,

    /// <summary>In use.</summary>
    Ready,
}

/// <summary>One of an upstream's two links.</summary>
internal sealed class UpstreamLink(LinkId link, LinkRole role, PeerEndpoint endpoint)
{
    /// <summary>Its id.</summary>
    public LinkId Link { get; } = link;

    /// <summary>Pool or job declarator.</summary>
    public LinkRole Role { get; } = role;

    /// <summary>Where it goes.</summary>
    public PeerEndpoint Endpoint { get; } = endpoint;

    /// <summary>How far it is.</summary>
    public LinkPhase Phase { get; set; }

    /// <summary>Until when the next step is waited for.</summary>
    public Deadline? Deadline { get; set; }
}
