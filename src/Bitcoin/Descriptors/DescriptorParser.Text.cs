namespace Bitcoin;

/// <content>Words, brackets and errors.</content>
internal ref partial struct DescriptorParser
{
    private static readonly string[] Miniscript =
    [
        "older", "after", "sha256", "hash256", "ripemd160", "hash160", "andor", "and_v", "and_b", "and_n", "or_b", "or_c", "or_d",
        "or_i", "thresh", "pk_k", "pk_h", "multi_a", "0", "1",
    ];

    private readonly int Next => _position < _text.Length ? _text[_position] : -1;

    private ReadOnlySpan<char> Word()
    {
        ReadOnlySpan<char> rest = _text[_position..];
        int end = rest.IndexOfAny("(){},");
        ReadOnlySpan<char> word = end < 0 ? rest : rest[..end];
        _position += word.Length;
        return word;
    }

    private bool Accept(char bracket)
    {
        if (Next != bracket)
            return false;
        _position++;
        return true;
    }

    private void Close(int opened)
    {
        if (Error is not null || Accept(')'))
            return;
        Fail(
            Next < 0
                ? $"'(' at position {opened} is not closed"
                : $"')' is expected here, for '(' at position {opened}, not {Characters.Name((char)Next)}",
            _position);
    }

    private void Fail(string reason, int position) => Error ??= new FormatError(reason, position);

    private Script? FailName(string name, Where where, int start, bool isFunction)
    {
        string bare = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (!isFunction && where == Where.Top && Address.TryParse(name, out _, out _))
            Fail($"an address is written addr({name})", start);
        else if (Array.IndexOf(Miniscript, bare) >= 0 || bare.Length < name.Length)
            Fail($"{Quote(name)} is miniscript, which is not supported: give the finished output as addr(…) or raw(…)", start);
        else if (name is "combo")
            Fail("combo() stands for several scripts, the reward goes to one: take pkh(), wpkh() or sh(wpkh())", start);
        else if (name is "addr" or "raw" or "tr" or "sh" or "wsh" or "wpkh" && isFunction)
            Fail($"{name}() cannot stand inside {(where == Where.Sh ? "sh" : "wsh")}(), which takes {Allowed(where)}", start);
        else if (name is "addr" or "raw" or "tr" or "sh" or "wsh" or "wpkh" or "pk" or "pkh" or "multi" or "sortedmulti")
            Fail($"'{name}' is followed by its argument in brackets: {name}(…)", start + name.Length);
        else
            Fail($"{(name.Length == 0 ? "a descriptor is missing" : Quote(name) + " is not known")}: here stands {Allowed(where)}", start);
        return null;
    }

    private static string Allowed(Where where) => where switch
    {
        Where.Top => "addr, raw, pk, pkh, wpkh, sh, wsh, tr, multi, sortedmulti (in lower case)",
        Where.Sh => "wpkh, wsh, pk, pkh, multi, sortedmulti",
        _ => "pk, pkh, multi, sortedmulti",
    };

    // What is typed in the wrong place may be a secret: long words are not repeated.
    private static string Quote(ReadOnlySpan<char> word) => word.Length <= 16 ? $"'{word}'" : $"a word of {word.Length} characters";
}
