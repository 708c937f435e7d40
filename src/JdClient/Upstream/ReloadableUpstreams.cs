using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;

namespace JdClient.Upstream;

/// <summary>
/// The configured upstreams by the id that the channel manager knows them by, replaceable while miners work. An upstream
/// whose configuration is the same keeps its id, wherever it stands in the list; a new one gets an id that was never used.
/// Thread-safe.
/// </summary>
/// <param name="configuration">The configuration of the start; ids are the places in its list.</param>
/// <param name="inbox">Takes the change.</param>
internal sealed class ReloadableUpstreams(JdcConfiguration configuration, IEventSink inbox) : IDisposable
{
    /// <summary>Former upstreams whose names are still known, for lines about what was under way; beyond it the oldest goes.</summary>
    internal const int MaxFormer = 256;

    // Changes reach the inbox in the order in which they were made.
    private readonly SemaphoreSlim _changing = new(1);

    private volatile Lists _lists = new(
        [.. configuration.Upstreams.Select(static (upstream, place) => new Entry(place, upstream))], [], configuration.Upstreams.Length);

    /// <summary>The present ones in order of preference, as the channel manager is told them.</summary>
    internal ImmutableArray<UpstreamOptions> Options => [.. _lists.Present.Select(static entry => entry.ToOptions())];

    /// <summary>An upstream by its id, also one that was removed lately.</summary>
    internal bool TryGet(int id, [NotNullWhen(true)] out UpstreamConfiguration? upstream)
    {
        Lists lists = _lists;
        Entry? found = lists.Present.FirstOrDefault(entry => entry.Id == id) ?? lists.Former.FirstOrDefault(entry => entry.Id == id);
        upstream = found?.Upstream;
        return upstream is not null;
    }

    /// <summary>An upstream that the channel manager wants to be connected to.</summary>
    /// <exception cref="KeyNotFoundException">It was removed <see cref="MaxFormer"/> upstreams ago.</exception>
    internal UpstreamConfiguration Get(int id) =>
        TryGet(id, out UpstreamConfiguration? upstream) ? upstream : throw new KeyNotFoundException($"no upstream has the id {id}");

    /// <summary>
    /// Takes upstreams, <c>[fallback]</c>, <c>[deadlines]</c> and the channel manager's part of <c>[limits]</c> out of a
    /// configuration and gives them to the channel manager. Everything else in it is not looked at.
    /// </summary>
    /// <param name="changed">The new configuration; taken as validated.</param>
    /// <param name="cancellationToken">Ends the waiting for room in the inbox; the lists are then changed and not told.</param>
    internal async Task ReplaceAsync(JdcConfiguration changed, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            _lists = _lists.With(changed.Upstreams);
            await inbox.PostAsync(
                new CoreEvent.UpstreamsChanged(Options, changed.Fallback, changed.Deadlines, changed.CoreLimits), cancellationToken);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    private sealed record Entry(int Id, UpstreamConfiguration Upstream)
    {
        internal UpstreamOptions ToOptions() => new(Id, $"{Upstream.Pool.Host}:{Upstream.Pool.Port}", Upstream.UserIdentity)
        {
            Pool = Upstream.Pool,
            JobDeclarator = Upstream.JobDeclarator,
        };
    }

    private sealed record Lists(ImmutableArray<Entry> Present, ImmutableArray<Entry> Former, int NextId)
    {
        internal Lists With(ImmutableArray<UpstreamConfiguration> upstreams)
        {
            var rest = new List<Entry>(Present);
            var present = ImmutableArray.CreateBuilder<Entry>(upstreams.Length);
            int nextId = NextId;
            foreach (UpstreamConfiguration upstream in upstreams)
            {
                Entry? same = rest.Find(entry => entry.Upstream == upstream);
                if (same is not null)
                    rest.Remove(same);
                present.Add(same ?? new Entry(nextId++, upstream));
            }

            return new Lists(present.ToImmutable(), [.. rest, .. Former.Take(Math.Max(0, MaxFormer - rest.Count))], nextId);
        }
    }
}
