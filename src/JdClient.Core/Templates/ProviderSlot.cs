namespace JdClient.Core.Templates;

/// <summary>One configured template provider.</summary>
internal sealed class ProviderSlot(int index, string name)
{
    /// <summary>Its place in the configuration.</summary>
    public int Index { get; } = index;

    /// <summary>For people.</summary>
    public string Name { get; } = name;

    /// <summary>What it does.</summary>
    public ProviderState State { get; set; } = ProviderState.Waiting;

    /// <summary>Why.</summary>
    public string Reason { get; set; } = "not tried yet";

    /// <summary>When it is tried again.</summary>
    public DateTimeOffset? RetryAt { get; set; }
}
