namespace JdClient.Core.Templates;

/// <summary>One configured template provider and, while there is one, the connection to it. Owned by the provider policy.</summary>
internal sealed class ProviderSlot(int index, string name)
{
    /// <summary>Its place in the configuration; smaller is better.</summary>
    public int Index { get; } = index;

    /// <summary>For people.</summary>
    public string Name { get; } = name;

    /// <summary>The present connection to it.</summary>
    public ProviderSession? Session { get; set; }

    /// <summary>What it does.</summary>
    public ProviderState State { get; set; } = ProviderState.Waiting;

    /// <summary>Since when.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>Why.</summary>
    public string Reason { get; set; } = "not tried yet";

    /// <summary>Failures in a row; forgotten after a connection that delivered for the stability time.</summary>
    public int Failures { get; set; }

    /// <summary>
    /// How often in a row it had the miners and lost them: each doubles the time that it must be stable for to have them back.
    /// </summary>
    public int Losses { get; private set; }

    /// <summary>Not to be tried before.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>Where it asked to be reached instead, for the next attempt.</summary>
    public PeerEndpoint? Redirect { get; set; }

    /// <summary>Redirects followed since it last delivered.</summary>
    public int Redirects { get; set; }

    /// <summary>Whether it may be tried.</summary>
    public bool IsDue(DateTimeOffset now) => RetryAt is not { } at || at <= now;

    /// <summary>It has the miners and loses them. Having had them for long makes up for the times before.</summary>
    public void LoseMiners(DateTimeOffset now, TimeSpan forgiveAfter) => Losses = Since + forgiveAfter <= now ? 1 : Losses + 1;
}
