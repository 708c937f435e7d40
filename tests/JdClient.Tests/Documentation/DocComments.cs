using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace JdClient.Tests.Documentation;

/// <summary>The doc comments of an assembly, as the compiler wrote them beside it.</summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> _summaries;

    private readonly IReadOnlyDictionary<string, string> _keys;

    /// <param name="keys">Properties that have a configuration key, by name; references to them show the key.</param>
    /// <param name="assemblies">Whose comments are read.</param>
    internal DocComments(IReadOnlyDictionary<string, string> keys, params IEnumerable<Assembly> assemblies)
    {
        _keys = keys;
        _summaries = assemblies
            .Select(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"), LoadOptions.PreserveWhitespace))
            .SelectMany(document => document.Descendants("member"))
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);
    }

    /// <summary>The summary of a property in Markdown on one line; empty where there is none.</summary>
    internal string Summary(PropertyInfo property) => Text($"P:{TypeName(property.DeclaringType!)}.{property.Name}");

    /// <summary>The summary of a type.</summary>
    internal string Summary(Type type) => Text($"T:{TypeName(type)}");

    private string Text(string name)
    {
        if (!_summaries.TryGetValue(name, out XElement? summary))
            return string.Empty;
        string text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } see => Reference(see),
            XElement element => element.Value,
            _ => node.ToString(),
        }));
        return Blanks().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private string Reference(XElement see)
    {
        string name = see.Attribute("cref")?.Value.Split('.')[^1] ?? see.Value;
        return _keys.TryGetValue(name, out string? key) ? $"`{key}`" : name;
    }

    private static string TypeName(Type type) => type.FullName!.Replace('+', '.');

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
