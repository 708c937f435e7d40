using JdClient.Core.Templates;

namespace JdClient.Core.Upstream;

/// <summary>Where a job given to miners came from; the <c>Source</c> of its <see cref="Sv2.Channels.Job"/>.</summary>
/// <param name="Template">What it is made of.</param>
/// <param name="Source">Whom it is mined for.</param>
/// <param name="Pooled">Its declaration; null for solo work.</param>
internal sealed record JobOrigin(Template Template, WorkSource Source, PooledJob? Pooled)
{
    /// <summary>Whether it is work for that upstream, or solo work when there is none.</summary>
    public bool IsFor(UpstreamSession? session) => session is null
        ? Pooled is null
        : Pooled?.Session == session && Pooled.State is not (PooledJobState.Dropped or PooledJobState.Superseded);
}
