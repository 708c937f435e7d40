namespace Sv2.Protocol;

/// <summary>What the other end of a connection is; says which messages, and so how large ones, it may send.</summary>
public enum PeerRole
{
    /// <summary>A mining device, proxy or translator that sends shares.</summary>
    MiningClient,

    /// <summary>A pool or proxy that sends work.</summary>
    MiningServer,

    /// <summary>The client of the Job Declaration Protocol.</summary>
    JobDeclaratorClient,

    /// <summary>The server of the Job Declaration Protocol.</summary>
    JobDeclaratorServer,

    /// <summary>The client of the Template Distribution Protocol.</summary>
    TemplateClient,

    /// <summary>The server of the Template Distribution Protocol.</summary>
    TemplateProvider,
}
