using Bitcoin;
using JdClient.Core;

namespace JdClient.Tests.Status;

/// <summary>Snapshots of the channel manager, made by hand.</summary>
internal static class Snapshots
{
    internal static CoreSnapshot Solo(DateTimeOffset at, bool template, int channels = 0) => new(
        at,
        WorkSource.Solo,
        at,
        "start",
        [],
        [],
        template ? new TemplateSnapshot(1, U256.Zero, at, at, 5_000_000_000) : null,
        channels,
        channels,
        0,
        0,
        0,
        new CoreCounters());

    internal static CoreSnapshot Pool(DateTimeOffset at, string name, U256 target, int channels = 1) =>
        Solo(at, template: true, channels) with
        {
            Source = new WorkSource(0, name),
            Upstreams =
            [
                new UpstreamSnapshot(
                    0, name, UpstreamState.Active, at, UpstreamHealth.Fit, "", null, null, 0, 0, null, null, 1, target),
            ],
        };
}
