using System.Collections.Immutable;
using System.Threading.Channels;
using JdClient.Configuration;
using JdClient.Downstream;
using JdClient.Logging;
using JdClient.Upstream;
using Microsoft.Extensions.Logging;

namespace JdClient.Reload;

/// <summary>
/// Takes over a configuration read anew while miners work: upstreams, <c>[fallback]</c>, <c>[deadlines]</c>, the limits that can be
/// changed, and the log's level. One that has errors changes nothing. What takes effect only at the next start is named in the log.
/// </summary>
/// <param name="start">The configuration of the start.</param>
/// <param name="source">Reads it anew, and opens the log file anew.</param>
/// <param name="upstreams">Takes upstreams and what the channel manager knows of the rest.</param>
/// <param name="listener">Takes the limits of connections.</param>
/// <param name="log">Where it is told.</param>
internal sealed class ConfigurationReload(
    JdcConfiguration start,
    ReloadSource source,
    ReloadableUpstreams upstreams,
    DownstreamListener listener,
    ILogger<ConfigurationReload> log)
{
    // One wish is enough: a second one before the first is begun says nothing new.
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    // Touched by RunAsync alone.
    private JdcConfiguration _present = start;

    /// <summary>Asks for it. From any thread.</summary>
    internal void Request() => _ = _wanted.Writer.TryWrite(true);

    /// <summary>Reloads at each request, until the token is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (bool _ in _wanted.Reader.ReadAllAsync(cancellationToken))
            await ReloadAsync(cancellationToken);
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        // First of all, so that whatever is told now stands in the new file.
        source.Log?.ReopenFile();
        ConfigurationResult result = source.Read();
        foreach (ConfigProblem problem in result.Problems)
            log.ConfigurationProblem(problem.ToString());
        if (result.Configuration is not { } read)
        {
            log.NotReloaded(result.Problems.Count(problem => problem.Severity == ConfigSeverity.Error));
            return;
        }

        JdcConfiguration next = _present with
        {
            Upstreams = read.Upstreams,
            Fallback = read.Fallback,
            Deadlines = read.Deadlines,
            CoreLimits = read.CoreLimits,
            Limits = _present.Limits with
            {
                MaxConnections = read.Limits.MaxConnections,
                MaxConnectionsPerAddress = read.Limits.MaxConnectionsPerAddress,
            },
            Log = _present.Log with { Level = read.Log.Level },
        };
        string changes = Changes(_present, next);
        source.Log?.SetLevel(next.Log.Level);
        listener.Apply(next.Limits);
        await upstreams.ReplaceAsync(next, cancellationToken);
        _present = next;
        log.Reloaded(changes.Length > 0 ? changes : "nothing that can be changed while it runs differs");
        if (Changes(next, read) is { Length: > 0 } later)
            log.NeedsRestart(later);
    }

    // By what the operator would see printed: keys whose value, or whose list of tables, is another one.
    private static string Changes(JdcConfiguration before, JdcConfiguration after)
    {
        ImmutableSortedDictionary<string, string> old = Lines(before);
        ImmutableSortedDictionary<string, string> fresh = Lines(after);
        return string.Join(", ", old.Keys.Union(fresh.Keys)
            .Where(key => old.GetValueOrDefault(key) != fresh.GetValueOrDefault(key))
            .Order(StringComparer.Ordinal));
    }

    private static ImmutableSortedDictionary<string, string> Lines(JdcConfiguration configuration)
    {
        string section = string.Empty;
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in EffectiveConfiguration.ToToml(configuration).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('['))
            {
                section = line.Trim('[', ']', '\r') + ".";
                continue;
            }

            string key = line.TrimStart('#', ' ').Split([' ', ':'], 2)[0];
            string name = line.StartsWith('#') && !line.EndsWith("is not set", StringComparison.Ordinal)
                ? $"{section}# {key}"
                : section + key;

            // Tables of a list come one after the other under the same names.
            lines[name] = lines.GetValueOrDefault(name) + "\n" + line;
        }

        return lines.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }
}
