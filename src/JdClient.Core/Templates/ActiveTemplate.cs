using Bitcoin;
using Sv2.Channels;

namespace JdClient.Core.Templates;

/// <summary>How the tip of one template stands to that of another.</summary>
internal enum TipOrder
{
    /// <summary>The same block.</summary>
    Same,

    /// <summary>A block that has come after.</summary>
    Newer,

    /// <summary>A block that was left: it is lower, or miners have been on it and went on.</summary>
    Older,

    /// <summary>Another block of which neither can be said.</summary>
    Rival,
}

/// <summary>
/// The template that is mined, and the tips that miners have left. It outlives the connection that it came on: work of a
/// provider that is gone is better than none.
/// </summary>
internal sealed class ActiveTemplate
{
    // Providers that are further behind than this are behind by their height as well.
    private const int MaxLeft = 16;

    private readonly Queue<U256> _left = new(MaxLeft);

    /// <summary>The template that is mined; null before the first.</summary>
    public Template? Active { get; private set; }

    /// <summary>When its tip began to be mined.</summary>
    public DateTimeOffset TipAt { get; private set; }

    /// <summary>The templates of the provider that is mined from; null when it is gone.</summary>
    public TemplateStore? Store { get; set; }

    /// <summary>That provider's future templates, oldest first.</summary>
    public IReadOnlyList<Template> Future => Store?.Future ?? [];

    /// <summary>Mines a template that has a tip.</summary>
    public void Mine(Template template, DateTimeOffset now)
    {
        Tip tip = template.Tip!;
        if (Active?.Tip is not { } before || !tip.IsSame(before))
            TipAt = now;
        if (Active?.Tip is { } left && left.PrevHash != tip.PrevHash && !_left.Contains(left.PrevHash))
        {
            if (_left.Count == MaxLeft)
                _left.Dequeue();
            _left.Enqueue(left.PrevHash);
        }

        Active = template;
    }

    /// <summary>Whether it builds on the tip that is mined.</summary>
    public bool IsOnTip(Template template) => template.Tip is { } tip && tip.IsSame(Active?.Tip);

    /// <summary>Whether miners have been on that block and went on to another one.</summary>
    public bool HasLeft(U256 prevHash) => prevHash != Active?.Tip?.PrevHash && _left.Contains(prevHash);

    /// <summary>How the tip of a template, which must have one, stands to the one that is mined.</summary>
    public TipOrder Compare(Template template)
    {
        if (Active is not { Tip: { } tip } active)
            return TipOrder.Newer;
        if (template.Tip!.PrevHash == tip.PrevHash)
            return TipOrder.Same;
        if (template.Height is { } height && active.Height is { } mined && height != mined)
            return height > mined ? TipOrder.Newer : TipOrder.Older;
        return HasLeft(template.Tip.PrevHash) ? TipOrder.Older : TipOrder.Rival;
    }
}
