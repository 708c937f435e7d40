namespace Simulation.Peers;

/// <summary>A Bitcoin node with its template provider, across all connections to it.</summary>
internal sealed class Node(int index)
{
    private const int TemplatesKept = 40;

    public int Index { get; } = index;

    public int TipHeight { get; set; }

    public ulong LastTemplate { get; private set; }

    /// <summary>Templates by id, of all connections, until it is restarted.</summary>
    public Dictionary<ulong, GivenTemplate> Templates { get; } = [];

    public DateTimeOffset UnreachableUntil { get; set; }

    /// <summary>Does not tell of tips and templates, but answers.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Hears of no blocks, but makes templates.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>The block that it has heard of instead of the best chain's at its height; gone with the next one.</summary>
    public ChainTip? Rival { get; set; }

    public Link? Link { get; set; }

    public ulong NewTemplate() => ++LastTemplate;

    public void Remember(GivenTemplate template)
    {
        Templates.Add(template.Message.TemplateId, template);
        Templates.Remove(template.Message.TemplateId - TemplatesKept);
    }

    /// <summary>Its next templates have the ids of its first ones.</summary>
    public void Restart()
    {
        LastTemplate = 0;
        Templates.Clear();
    }
}
