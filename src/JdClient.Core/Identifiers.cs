namespace JdClient.Core;

/// <summary>A downstream connection (miner or proxy). Never reused within a process.</summary>
/// <param name="Value">A counter.</param>
public readonly record struct SessionId(long Value);

/// <summary>
/// One attempt of ours to be connected to a pool, a job declarator or a template provider. Every attempt gets a new id,
/// so what arrives late from an attempt that was given up is told apart from the present one (design §4, epoch).
/// </summary>
/// <param name="Value">A counter.</param>
public readonly record struct LinkId(long Value);

/// <summary>What is at the other end of a link.</summary>
public enum LinkRole
{
    /// <summary>A pool's mining server.</summary>
    Pool,

    /// <summary>A pool's job declarator server.</summary>
    JobDeclarator,

    /// <summary>A template provider, over Sv2 or over Bitcoin Core's socket.</summary>
    TemplateProvider,
}
