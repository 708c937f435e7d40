using System.Text;

namespace Capnp.Generator.Emit;

/// <summary>Writes indented C# with LF line ends.</summary>
public sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _blankPending;

    /// <summary>Writes a line; an empty one only if something follows in the same block.</summary>
    /// <param name="text">The line.</param>
    public void Line(string text = "")
    {
        if (text.Length == 0)
        {
            _blankPending = true;
            return;
        }

        if (_blankPending)
            _text.Append('\n');
        _blankPending = false;
        _text.Append(' ', _depth * 4).Append(text).Append('\n');
    }

    /// <summary>Opens a block.</summary>
    /// <param name="header">What stands before it.</param>
    public void Open(string header)
    {
        Line(header);
        Line("{");
        _depth++;
    }

    /// <summary>Closes the block.</summary>
    public void Close()
    {
        _blankPending = false;
        _depth--;
        Line("}");
        Line();
    }

    /// <summary>Writes a documentation comment, if there is something to say.</summary>
    /// <param name="comment">The schema's comment.</param>
    public void Doc(string comment)
    {
        if (comment.Length == 0)
            return;
        string escaped = comment.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
        string[] lines = escaped.Split('\n', StringSplitOptions.TrimEntries);
        if (lines.Length == 1)
        {
            Line($"/// <summary>{lines[0]}</summary>");
            return;
        }

        Line("/// <summary>");
        foreach (string line in lines)
            Line($"/// {line}".TrimEnd());
        Line("/// </summary>");
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
