using Sv2.Protocol.Common;

namespace Testbed.Net;

/// <summary>The first message of every connection (spec 03, 3.5).</summary>
public static class Setup
{
    public const byte Mining = 0;
    public const byte JobDeclaration = 1;
    public const byte TemplateDistribution = 2;

    /// <summary>The one version there is.</summary>
    public const ushort Version = 2;

    /// <summary>The refusal a SetupConnection earns, or null: subprotocol, version, flags, in this order.</summary>
    public static SetupConnectionError? Check(SetupConnection setup, byte protocol, uint knownFlags)
    {
        if (setup.Protocol != protocol)
            return new SetupConnectionError(0, "unsupported-protocol");
        if (setup.MinVersion > Version || setup.MaxVersion < Version)
            return new SetupConnectionError(0, "protocol-version-mismatch");
        uint unknown = setup.Flags & ~knownFlags;
        return unknown != 0 ? new SetupConnectionError(unknown, "unsupported-feature-flags") : null;
    }

    /// <summary>A client's SetupConnection.</summary>
    public static SetupConnection Request(byte protocol, uint flags, string host, ushort port, string device) =>
        new(protocol, Version, Version, flags, host, port, "Testbed", device, "1", device);
}
