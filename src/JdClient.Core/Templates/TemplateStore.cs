using Sv2.Channels;

namespace JdClient.Core.Templates;

/// <summary>
/// The templates of one connection to a provider, by id: future ones and those of its tip. Bounded by
/// <see cref="CoreLimits.FutureTemplates"/> and <see cref="CoreLimits.TemplatesPerTip"/>: the oldest makes room; jobs made
/// of it keep it alive as long as they live.
/// </summary>
internal sealed class TemplateStore(CoreLimits limits)
{
    private readonly OrderedDictionary<ulong, Template> _future = [];
    private readonly OrderedDictionary<ulong, Template> _live = [];

    /// <summary>The bounds for what comes from now on.</summary>
    public CoreLimits Limits { get; set; } = limits;

    /// <summary>What the provider would have us mine: the newest template of a tip. Null until there is one.</summary>
    public Template? Newest { get; private set; }

    /// <summary>What the provider announced last; null until it has. Its template may not have come yet.</summary>
    public Tip? AnnouncedTip { get; private set; }

    /// <summary>Future templates, oldest first.</summary>
    public IReadOnlyList<Template> Future => _future.Values;

    /// <summary>Templates of the tip, oldest first.</summary>
    public IReadOnlyList<Template> Live => _live.Values;

    /// <summary>Keeps a template until its tip is announced.</summary>
    public void AddFuture(Template template) => Add(_future, template, Limits.FutureTemplates);

    /// <summary>Notes a tip whose template is not known; the next template that is not a future one builds on it.</summary>
    public void Announce(Tip tip) => AnnouncedTip = tip;

    /// <summary>
    /// <paramref name="template"/> builds on <paramref name="tip"/>. Templates of another tip are forgotten. So are, unless
    /// it is only a newer one of the same tip, future templates up to this one (spec 07, 7.3); later ones may be meant for
    /// the tip after this one.
    /// </summary>
    public void Place(Template template, Tip tip)
    {
        bool sameTip = tip.IsSame(Newest?.Tip);
        bool isUpdate = sameTip && !_future.ContainsKey(template.Id);
        if (!sameTip)
            _live.Clear();

        foreach (Template future in _future.Values.ToArray())
        {
            if (future.Id <= template.Id && !isUpdate)
                _future.Remove(future.Id);
        }

        template.Tip = tip;
        AnnouncedTip = tip;
        Add(_live, template, Limits.TemplatesPerTip);
        Newest = template;
    }

    /// <summary>A template by id.</summary>
    public Template? Find(ulong id) => _future.GetValueOrDefault(id) ?? _live.GetValueOrDefault(id);

    private static void Add(OrderedDictionary<ulong, Template> templates, Template template, int limit)
    {
        templates.Remove(template.Id);
        while (templates.Count >= limit)
            templates.RemoveAt(0);
        templates.Add(template.Id, template);
    }
}
