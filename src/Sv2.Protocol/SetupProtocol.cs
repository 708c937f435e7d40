namespace Sv2.Protocol;

/// <summary>The values of <c>SetupConnection.protocol</c> (spec 03, 3.6.1).</summary>
public static class SetupProtocol
{
    /// <summary>Mining Protocol.</summary>
    public const byte Mining = 0;

    /// <summary>Job Declaration Protocol.</summary>
    public const byte JobDeclaration = 1;

    /// <summary>Template Distribution Protocol.</summary>
    public const byte TemplateDistribution = 2;

    /// <summary>The only version of the protocols there is, for min_version, max_version and used_version.</summary>
    public const ushort Version = 2;
}
