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

    // A template that is no future one came, and not for the announced tip.
    private bool _leftTip;

    /// <summary>The bounds for what comes from now on.</summary>
    public CoreLimits Limits { get; set; } = limits;

    /// <summary>What the provider would have us mine: the newest template of a tip. Null until there is one.</summary>
    public Template? Newest { get; private set; }

    /// <summary>What the provider announced last; null until it has. Its template may not have come yet.</summary>
    public Tip? AnnouncedTip { get; private set; }

    /// <summary>
    /// Whether the provider is on a tip that cannot be mined: its prev-hash came without a template, or the other way round.
    /// </summary>
    public bool IsTipIncomplete => _leftTip || (AnnouncedTip is { } tip && !tip.IsSame(Newest?.Tip));

    /// <summary>Future templates, oldest first.</summary>
    public IReadOnlyList<Template> Future => _future.Values;

    /// <summary>Templates of the tip, oldest first.</summary>
    public IReadOnlyList<Template> Live => _live.Values;

    /// <summary>Keeps a template until its tip is announced.</summary>
    public void AddFuture(Template template)
    {
        Add(_future, template, Limits.FutureTemplates);
        _leftTip |= AnnouncedTip is not null && !template.Message.FutureTemplate;
    }

    /// <summary>Notes a tip whose template is not known; the next template that is not a future one builds on it.</summary>
    public void Announce(Tip tip) => AnnouncedTip = tip;

    /// <summary>
    /// Whether a template that is not a future one can build on the announced tip: their heights are not known to differ (BIP34). If they
    /// are, the provider has left that tip without a word, as sv2-tp does to all but one of its clients.
    /// </summary>
    public bool IsOfAnnouncedTip(Template template) => template.Height is not { } height
        || Newest is not { Height: { } newest, Tip: { } tip }
        || !tip.IsSame(AnnouncedTip)
        || height == newest;

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
        _leftTip = false;
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
