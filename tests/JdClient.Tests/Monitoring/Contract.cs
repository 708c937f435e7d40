using System.Text.Json;

namespace JdClient.Tests.Monitoring;

/// <summary>What the reference's OpenAPI document requires: fields and their JSON types by schema, schemas by route.</summary>
internal static class Contract
{
    private const string Number = "number";
    private const string Text = "string";

    /// <summary>Fields that a schema requires.</summary>
    internal static readonly IReadOnlyDictionary<string, string[]> Fields = Types().ToDictionary(
        schema => schema.Key, schema => schema.Value.Keys.ToArray());

    /// <summary>The answer of each route.</summary>
    internal static readonly (string Path, string Schema)[] Routes =
    [
        ("/api/v1/health", "HealthResponse"),
        ("/api/v1/global", "GlobalInfo"),
        ("/api/v1/server", "ServerResponse"),
        ("/api/v1/server/channels", "ServerChannelsResponse"),
        ("/api/v1/clients", "Sv2ClientsResponse"),
        ("/api/v1/clients/{client_id}", "Sv2ClientMetadata"),
        ("/api/v1/clients/{client_id}/channels", "Sv2ClientChannelsResponse"),
    ];

    /// <summary>What an answer lacks of the fields required, or which is not of its type; null when it has all.</summary>
    internal static string? ProblemOf(string schema, JsonElement answer)
    {
        foreach ((string field, string type) in Types()[schema])
        {
            if (!answer.TryGetProperty(field, out JsonElement value))
                return $"{schema} lacks {field}: {answer}";
            bool fits = type switch
            {
                Number => value.ValueKind == JsonValueKind.Number,
                Text => value.ValueKind == JsonValueKind.String,
                "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                "array" => value.ValueKind == JsonValueKind.Array,
                "object" => value.ValueKind == JsonValueKind.Object,
                "nullable" => true,
                _ => false,
            };
            if (!fits)
                return $"{schema}.{field} is {value.ValueKind}, not {type}";
        }

        return null;
    }

    private static Dictionary<string, Dictionary<string, string>> Types() => new()
    {
        ["HealthResponse"] = Of("status string, timestamp number"),
        ["GlobalInfo"] = Of("server object, sv2_clients object, sv1_clients nullable, uptime_secs number"),
        ["ServerSummary"] = Of("total_channels number, extended_channels number, standard_channels number, total_hashrate number"),
        ["Sv2ClientsSummary"] = Of(
            "total_clients number, total_channels number, extended_channels number, standard_channels number, total_hashrate number"),
        ["ServerResponse"] = Of("extended_channels_count number, standard_channels_count number, total_hashrate number"),
        ["ServerChannelsResponse"] = Of(
            "offset number, limit number, total_extended number, total_standard number, extended_channels array, standard_channels array"),
        ["ServerExtendedChannelInfo"] = Of(
            "channel_id number, user_identity string, nominal_hashrate number, target_hex string, extranonce_prefix_hex string, "
            + "full_extranonce_size number, rollable_extranonce_size number, version_rolling boolean, shares_acknowledged number, "
            + "shares_submitted number, shares_rejected number, shares_rejected_by_reason object, acknowledged_work_sum number, "
            + "validated_work_sum number, best_diff number, blocks_found number"),
        ["Sv2ClientsResponse"] = Of("offset number, limit number, total number, items array"),
        ["Sv2ClientMetadata"] = Of(
            "client_id number, client_kind string, extended_channels_count number, standard_channels_count number, total_hashrate number"),
        ["Sv2ClientChannelsResponse"] = Of(
            "client_id number, offset number, limit number, total_extended number, total_standard number, extended_channels array, "
            + "standard_channels array"),
        ["ExtendedChannelInfo"] = Of(Channel + ", full_extranonce_size number, rollable_extranonce_size number"),
        ["StandardChannelInfo"] = Of(Channel),
    };

    private const string Channel =
        "channel_id number, user_identity string, nominal_hashrate number, stable_hashrate boolean, target_hex string, "
        + "requested_max_target_hex string, extranonce_prefix_hex string, expected_shares_per_minute number, shares_accepted number, "
        + "shares_rejected number, shares_rejected_by_reason object, share_work_sum number, last_share_sequence_number number, "
        + "best_diff number, last_batch_accepted number, last_batch_work_sum number, share_batch_size number, blocks_found number";

    private static Dictionary<string, string> Of(string fields) =>
        fields.Split(", ").Select(field => field.Split(' ')).ToDictionary(pair => pair[0], pair => pair[1]);
}
