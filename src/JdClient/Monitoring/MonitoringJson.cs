using System.Text.Json;
using System.Text.Json.Serialization;

namespace JdClient.Monitoring;

/// <summary>An answer that is not what was asked for.</summary>
/// <param name="Error">What is wrong, in words.</param>
internal sealed record ErrorResponse(string Error);

/// <summary>How answers are written: names in snake_case as the reference has them, nothing that is null unless it says so.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(Model.RootResponse))]
[JsonSerializable(typeof(Model.HealthResponse))]
[JsonSerializable(typeof(Model.ProbeResponse))]
[JsonSerializable(typeof(Model.GlobalResponse))]
[JsonSerializable(typeof(Model.StatusResponse))]
[JsonSerializable(typeof(Model.FlowResponse))]
[JsonSerializable(typeof(Model.BlocksResponse))]
[JsonSerializable(typeof(Model.WorkersResponse))]
[JsonSerializable(typeof(Model.TotalsResponse))]
[JsonSerializable(typeof(Model.SummaryEvent))]
[JsonSerializable(typeof(Model.ChangeStatus))]
[JsonSerializable(typeof(Model.ServerResponse))]
[JsonSerializable(typeof(Model.ServerChannelsResponse))]
[JsonSerializable(typeof(Model.Sv2ClientsResponse))]
[JsonSerializable(typeof(Model.Sv2ClientMetadata))]
[JsonSerializable(typeof(Model.Sv2ClientChannelsResponse))]
internal sealed partial class MonitoringJson : JsonSerializerContext
{
    /// <summary>Makes options write and describe answers as this context does.</summary>
    internal static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}
