using System.Net;
using Testbed.Net;

namespace Testbed.TemplateProviders;

/// <summary>What a template provider does with a request for a template of a replaced tip.</summary>
public enum OldTemplates
{
    /// <summary>Serve it within the grace period, then <c>template-id-not-found</c> (sv2-tp).</summary>
    ServeThenForget,

    /// <summary><c>stale-template-id</c> within the grace period, then <c>template-id-not-found</c>.</summary>
    RefuseThenForget,
}

/// <summary>How a template provider behaves.</summary>
public sealed record TemplateProviderOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public IPEndPoint Endpoint { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Its authority; null serves without encryption.</summary>
    public RoleKeys? Keys { get; init; } = RoleKeys.Generate();

    /// <summary>Requests for templates of a replaced tip.</summary>
    public OldTemplates OldTemplates { get; init; } = OldTemplates.ServeThenForget;

    /// <summary>How long templates of a replaced tip are kept.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Header version of templates.</summary>
    public uint Version { get; init; } = 0x20000000;

    /// <summary>Templates of the present tip that are kept for each client; older ones are forgotten.</summary>
    public int TemplatesPerTip { get; init; } = 32;
}
