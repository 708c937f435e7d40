using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Testbed.Farms;

namespace Testbed.Faults;

/// <summary>A fault at its time.</summary>
/// <param name="Fault">What.</param>
/// <param name="Target">Which of several pools or template providers, from 0.</param>
/// <param name="At">When, counted from the moment every miner has work and, with a pool, a share of theirs has reached it.</param>
public sealed record PlannedFault(Fault Fault, int Target, TimeSpan At)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Fault.Name}{(Target == 0 ? "" : $":{Target + 1}")}@{At.TotalSeconds:0.###}");
}

/// <summary>Which faults strike when. Its text is what <c>farm --fault</c> takes.</summary>
/// <param name="Faults">In the order of their times.</param>
public sealed record FaultPlan(ImmutableArray<PlannedFault> Faults)
{
    private const string Form = "a fault is WHAT@SECOND, as in pool-dies@2.5, or WHAT:N@SECOND for the N-th pool or template provider";

    /// <summary>Nothing fails.</summary>
    public static FaultPlan None { get; } = new(ImmutableArray<PlannedFault>.Empty);

    public bool IsEmpty => Faults.IsEmpty;

    /// <summary>How many strike; the rest are ends.</summary>
    public int Strikes => Faults.Count(planned => planned.Fault.Ends is null);

    /// <summary>The last moment at which something still fails.</summary>
    public TimeSpan End => IsEmpty ? TimeSpan.Zero : Faults.Max(planned => planned.Fault.Ends is null ? EndOf(planned) : planned.At);

    /// <summary>Reads a plan; the error says what is wrong with it and what would be right.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FaultPlan? plan, [NotNullWhen(false)] out string? error)
    {
        List<PlannedFault> faults = [];
        (plan, error) = (null, null);
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] halves = part.Split('@');
            string[] what = halves[0].Split(':');
            double seconds = 0;
            int target = 1;
            if (FaultCatalogue.Find(what[0]) is not { } fault)
                error = $"there is no fault \"{what[0]}\"; there are {string.Join(", ", FaultCatalogue.All)}";
            else if (halves.Length != 2 || what.Length > 2
                || !double.TryParse(halves[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds)
                || (what.Length == 2 && !int.TryParse(what[1], NumberStyles.None, CultureInfo.InvariantCulture, out target))
                || target < 1)
                error = $"\"{part}\": {Form}";
            else
                faults.Add(new PlannedFault(fault, target - 1, TimeSpan.FromSeconds(seconds)));
            if (error is not null)
                return false;
        }

        plan = new FaultPlan([.. faults.OrderBy(fault => fault.At)]);
        foreach (PlannedFault end in plan.Faults.Where(planned => planned.Fault.Ends is not null))
        {
            if (!faults.Exists(other => other.Fault.Name == end.Fault.Ends && other.Target == end.Target && other.At < end.At))
                error = $"{end}: there is no {end.Fault.Ends} before it that it could end";
        }

        return error is null;
    }

    /// <summary>Faults at random times, one every <paramref name="interval"/> or so, any of those that a farm can have.</summary>
    public static FaultPlan Random(int seed, FarmOptions farm, TimeSpan duration, TimeSpan interval)
    {
        var random = new Random(seed);
        ImmutableArray<PlannedFault>.Builder faults = ImmutableArray.CreateBuilder<PlannedFault>();
        for (TimeSpan at = interval; at < duration; at += interval * (0.5 + random.NextDouble()))
            faults.Add(Pick(random, farm, at));
        return new FaultPlan(faults.ToImmutable());
    }

    /// <summary>Two different faults within a second of each other.</summary>
    public static FaultPlan Pair(int seed, FarmOptions farm)
    {
        var random = new Random(seed);
        PlannedFault first = Pick(random, farm, TimeSpan.FromMilliseconds(100 * random.Next(1, 6)));
        PlannedFault second = first;
        while (second.Fault == first.Fault)
            second = Pick(random, farm, first.At + TimeSpan.FromMilliseconds(100 * random.Next(0, 11)));
        return new FaultPlan([first, second]);
    }

    /// <summary>What such a farm cannot have of it, or null.</summary>
    public string? Unfit(FarmOptions farm)
    {
        foreach (PlannedFault planned in Faults)
        {
            if (!planned.Fault.Modes.Contains(farm.Mode))
                return $"{planned} means nothing in mode {farm.Mode.ToString().ToLowerInvariant()}";
            if (farm.Ipc is not null && !planned.Fault.WithIpc)
                return $"{planned} cannot be had with a node's socket";
            if (planned.Target > 0 && planned.Target >= planned.Fault.Targets(farm))
                return $"{planned}: there is no number {planned.Target + 1}";
        }

        return null;
    }

    /// <summary>When a fault of this plan is over: by the fault that ends it, otherwise by itself.</summary>
    public TimeSpan EndOf(PlannedFault planned) =>
        Faults.FirstOrDefault(end => end.Fault.Ends == planned.Fault.Name && end.Target == planned.Target && end.At > planned.At) is { } end
            ? end.At
            : planned.At + planned.Fault.Lasts;

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Faults);

    private static PlannedFault Pick(Random random, FarmOptions farm, TimeSpan at)
    {
        ImmutableArray<Fault> fit = [.. FaultCatalogue.Strikes.Where(fault =>
            fault.Modes.Contains(farm.Mode) && (farm.Ipc is null || fault.WithIpc))];
        Fault fault = fit[random.Next(fit.Length)];
        return new PlannedFault(fault, fault.Targets(farm) is > 1 and var targets ? random.Next(targets) : 0, at);
    }
}
