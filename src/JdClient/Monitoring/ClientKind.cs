using JdClient.Core;

namespace JdClient.Monitoring;

/// <summary>What a downstream connection is, as the reference tells it: by what its own translator says of itself.</summary>
internal static class ClientKind
{
    internal static string Of(DeviceInfo? device) => device switch
    {
        _ when IsTranslator(device) => "translator_proxy",
        null or { Vendor: "", HardwareVersion: "" } => "unknown",
        _ => "miner",
    };

    /// <summary>Whether miners of Stratum V1 are behind it.</summary>
    internal static bool IsTranslator(DeviceInfo? device) => device is { Vendor: "SRI", HardwareVersion: "Translator Proxy" };
}
