namespace JdClient.Monitoring.Model;

/// <summary>What there is.</summary>
/// <param name="Service">The API's name in the field.</param>
/// <param name="Version">The API's version.</param>
/// <param name="Implementation">This program and its version.</param>
/// <param name="Endpoints">What each path gives.</param>
internal sealed record RootResponse(string Service, string Version, string Implementation, IReadOnlyDictionary<string, string> Endpoints);

/// <summary>The web server answers.</summary>
/// <param name="Status">Always "ok".</param>
/// <param name="Timestamp">Seconds since 1970.</param>
internal sealed record HealthResponse(string Status, long Timestamp);

/// <summary>An answer to a probe.</summary>
/// <param name="Status">"ok" or "failing".</param>
/// <param name="Reason">Why; only to those who may see it.</param>
internal sealed record ProbeResponse(string Status, string? Reason);
