using System.Collections.Immutable;
using System.Globalization;
using Bitcoin;
using JdClient.Configuration;
using JdClient.Core;

namespace JdClient.Status;

/// <summary>What the watchdog looks at.</summary>
/// <param name="Now">The time.</param>
/// <param name="Core">The channel manager's last snapshot.</param>
/// <param name="Shares">Share flow.</param>
/// <param name="Turns">Turns of the channel manager's actor.</param>
/// <param name="Handling">What the actor is at, for people; null when it waits.</param>
/// <param name="WhyNoTemplate">What the template providers are doing.</param>
internal sealed record WatchdogInput(
    DateTimeOffset Now, CoreSnapshot? Core, ShareFlowSnapshot Shares, long Turns, string? Handling, string WhyNoTemplate);

/// <summary>
/// Finds what is wrong: each rule compares what should have happened by now with what did. Asked about once a second, by
/// one caller. An alarm keeps the time since when it is known for as long as it lasts.
/// </summary>
/// <param name="options">The thresholds.</param>
/// <param name="sharesPerMinute">Shares a minute that each channel's target is made for.</param>
/// <param name="startedAt">When the daemon was started.</param>
internal sealed class WatchdogRules(WatchdogConfiguration options, float sharesPerMinute, DateTimeOffset startedAt)
{
    /// <summary>So many shares are due before their absence is worth a word: by chance it comes once in 500 million times.</summary>
    internal const double DueShares = 20;

    private long _turns = -1;
    private DateTimeOffset? _turnedAt;
    private DateTimeOffset? _channelsSince;
    private ImmutableArray<Alarm> _present = [];

    /// <summary>What is wrong now.</summary>
    internal ImmutableArray<Alarm> Check(WatchdogInput input)
    {
        var found = ImmutableArray.CreateBuilder<Alarm>();
        Add(found, AlarmKind.Stalled, input.Now, Stalled(input));
        bool stalled = found.Count > 0;
        if (!stalled)
        {
            Add(found, AlarmKind.NoTemplate, input.Now, NoTemplate(input));
            Add(found, AlarmKind.NoShares, input.Now, NoShares(input));
            Add(found, AlarmKind.NoSharesForwarded, input.Now, NoSharesForwarded(input));
            Add(found, AlarmKind.NoAnswers, input.Now, NoAnswers(input));
        }

        return _present = found.DrainToImmutable();
    }

    private void Add(ImmutableArray<Alarm>.Builder found, AlarmKind kind, DateTimeOffset now, (string Cause, string Fix)? problem)
    {
        if (problem is not { } what)
            return;
        Alarm? before = _present.FirstOrDefault(alarm => alarm.Kind == kind);
        found.Add(new Alarm(kind, before?.Since ?? now, what.Cause, what.Fix));
    }

    private (string, string)? Stalled(WatchdogInput input)
    {
        if (input.Turns != _turns)
        {
            _turns = input.Turns;
            _turnedAt = input.Now;
            return null;
        }

        TimeSpan stood = input.Now - (_turnedAt ??= input.Now);
        return stood < options.ActorStall ? null : (
            $"the channel manager makes no progress, {(input.Handling is { } at ? $"held up by {at}" : "and handles nothing")}",
            "this is a defect or an overloaded machine: look at CPU and memory, restart the daemon if it lasts, and report the log");
    }

    private (string, string)? NoTemplate(WatchdogInput input)
    {
        if (input.Core is not { Template: { } template })
        {
            return input.Now - startedAt < options.FirstTemplate ? null : (
                $"no template has come, so no miner has work{Because(input)}",
                "look at the template provider and its node: is it running, past its initial block download, and reachable?");
        }

        DateTimeOffset newest = template.TipAt > template.ReceivedAt ? template.TipAt : template.ReceivedAt;
        return input.Now - newest < options.TemplateAge ? null : (
            $"no new template since {Clock(newest)}{Because(input)}",
            "look at the node: does it follow the chain? A template provider stays connected and silent when its node has stopped");
    }

    private (string, string)? NoShares(WatchdogInput input)
    {
        int channels = input.Core is { Template: not null } core ? core.ExtendedChannels + core.StandardChannels : 0;
        if (channels == 0)
        {
            _channelsSince = null;
            return null;
        }

        DateTimeOffset since = _channelsSince ??= input.Now;
        if (input.Shares.LastInAt > since)
            since = input.Shares.LastInAt.Value;
        TimeSpan due = TimeSpan.FromMinutes(DueShares / (sharesPerMinute * channels));
        return input.Now - since < (due > options.NoShares ? due : options.NoShares) ? null : (
            $"{channels} channels are open and no share has come since {Clock(since)}",
            "look at the miners: do they hash, and do they accept the difficulty they were given?");
    }

    private (string, string)? NoSharesForwarded(WatchdogInput input)
    {
        if (Pool(input.Core) is not { Target: { } target } pool || input.Shares.FirstNotForwardedAt is not { } since)
            return null;
        double due = input.Shares.WorkSinceForwarded / Difficulty.Of(target);
        if (due < DueShares || input.Now - since < options.NotForwarded)
            return null;
        string dropped = string.Join(", ", input.Shares.DroppedByCause.Select(pair => $"{pair.Value} {pair.Key}"));
        return (
            $"shares come in and none has gone to {pool.Name} since {Clock(since)}; not sent since the start: "
                + (dropped.Length == 0 ? "none" : dropped),
            "the pool or its job declarator acknowledges no job: look at its lines above this one; if there are none, report the log");
    }

    private (string, string)? NoAnswers(WatchdogInput input)
    {
        if (Pool(input.Core) is not { } pool || input.Shares.FirstUnansweredAt is not { } since
            || input.Shares.SentSinceAnswer < DueShares || input.Now - since < options.NoAnswers)
            return null;
        return (
            $"{pool.Name} has answered none of the {input.Shares.SentSinceAnswer} shares sent since {Clock(since)}",
            "the pool may not count them: ask its operator, or put another pool first");
    }

    private static UpstreamSnapshot? Pool(CoreSnapshot? core) =>
        core?.Source.UpstreamId is { } id ? core.Upstreams.FirstOrDefault(upstream => upstream.Id == id) : null;

    private static string Because(WatchdogInput input) => input.WhyNoTemplate.Length == 0 ? "" : $": {input.WhyNoTemplate}";

    private static string Clock(DateTimeOffset at) => at.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
