using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

/// <summary>Lines about template providers, templates and jobs: event ids 4000 to 4999. Each names the provider.</summary>
internal static partial class TemplateLog
{
    /// <summary>A warning where something went wrong; debug where it repeats what was told.</summary>
    [LoggerMessage(EventId = 4000, Message = "Template provider {Provider} {State} ({Reason}){Retry}{Advice}")]
    internal static partial void ProviderChanged(
        this ILogger log, LogLevel level, string provider, string state, string reason, string retry, string advice);

    [LoggerMessage(4001, LogLevel.Debug, "Template provider {Provider}: our outputs take {Size} bytes and {Sigops} sigops")]
    internal static partial void ConstraintsSent(this ILogger log, string provider, uint size, ushort sigops);

    [LoggerMessage(4002, LogLevel.Debug, "Template provider {Provider}: template {Template} for the {Tip} tip, worth {Value} sats")]
    internal static partial void TemplateReceived(this ILogger log, string provider, ulong template, string tip, ulong value);

    [LoggerMessage(4003, LogLevel.Warning, "Template provider {Provider}: template {Template} cannot be mined, {Reason}")]
    internal static partial void TemplateRefused(this ILogger log, string provider, ulong template, string reason);

    [LoggerMessage(EventId = 4004, Message = "Template provider {Provider}: {News} {PrevHash}, template {Template}, nBits {Bits:x8}")]
    internal static partial void TipChanged(
        this ILogger log, LogLevel level, string provider, string news, string prevHash, ulong template, uint bits);

    [LoggerMessage(4005, LogLevel.Information, "Template provider {Provider}: no transactions of template {Template}, {ErrorCode}")]
    internal static partial void TransactionDataRefused(this ILogger log, string provider, ulong template, string errorCode);

    [LoggerMessage(4006, LogLevel.Debug, "Template provider {Provider}: silent for {Seconds} s, asked for a template ({Reason})")]
    internal static partial void ProviderAsked(this ILogger log, string provider, double seconds, string reason);

    /// <summary>Once for each provider: it is the configuration's doing and does not change at a reconnect.</summary>
    [LoggerMessage(4007, LogLevel.Warning,
        "Template provider {Provider} (link {Link}): its certificate is not checked, as no public_key is configured")]
    internal static partial void ProviderUnverified(this ILogger log, string provider, long link);

    [LoggerMessage(4008, LogLevel.Information,
        "Template provider {Provider} (link {Link}): connected to a Bitcoin Core node of generation {Generation}, tip at height {Height}")]
    internal static partial void NodeConnected(this ILogger log, string provider, long link, int generation, int height);

    [LoggerMessage(4009, LogLevel.Warning, "Template provider {Provider} (link {Link}): the node {What}: {Reason}")]
    internal static partial void NodeRefused(this ILogger log, string provider, long link, string what, string reason);

    [LoggerMessage(4013, LogLevel.Warning,
        "Template provider {Provider} (link {Link}): the node is in its initial block download, at height {Height}; templates follow it")]
    internal static partial void NodeDownloading(this ILogger log, string provider, long link, int height);

    [LoggerMessage(4011, LogLevel.Information,
        "Template provider {Provider} (link {Link}): the node took our block of template {Template}{Reason}")]
    internal static partial void NodeTookBlock(this ILogger log, string provider, long link, ulong template, string reason);

    [LoggerMessage(4012, LogLevel.Error,
        "Template provider {Provider} (link {Link}): the node did not take our block of template {Template}: {Reason}")]
    internal static partial void NodeRefusedBlock(this ILogger log, string provider, long link, ulong template, string reason);

    [LoggerMessage(4010, LogLevel.Information,
        "Job {Job} for the {Tip} tip, template {Template}, for {Source}: sent to {Channels} channels")]
    internal static partial void JobIssued(this ILogger log, uint job, string tip, ulong template, string source, int channels);
}
