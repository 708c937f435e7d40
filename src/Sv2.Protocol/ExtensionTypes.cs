namespace Sv2.Protocol;

/// <summary>Extension numbers (spec 09 and the extensions folder of the specification).</summary>
public static class ExtensionTypes
{
    /// <summary>The base protocol.</summary>
    public const ushort Base = 0x0000;

    /// <summary>Negotiation of extensions: RequestExtensions and its answers.</summary>
    public const ushort ExtensionsNegotiation = 0x0001;

    /// <summary>Worker-specific hash rate tracking: the user_identity TLV on SubmitSharesExtended.</summary>
    public const ushort WorkerHashrateTracking = 0x0002;
}
