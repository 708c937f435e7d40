using System.Globalization;

namespace Bitcoin;

/// <summary>Recursive descent over a descriptor without its checksum (BIP380 to BIP386). The first error stays.</summary>
/// <param name="text">The text; positions count from its start.</param>
internal ref partial struct DescriptorParser(ReadOnlySpan<char> text)
{
    private const int MaxP2shScript = 520;
    private const int MaxBareKeys = 3;
    private const int MaxKeys = 20;

    private readonly ReadOnlySpan<char> _text = text;
    private int _position;
    private bool _testNetwork;

    /// <summary>The first thing that was wrong.</summary>
    internal FormatError? Error { get; private set; }

    /// <summary>The networks of an addr(); null for everything else.</summary>
    internal BitcoinNetworks? Networks { get; private set; }

    /// <summary>Whether a key was a tpub.</summary>
    internal readonly bool HasTestKey => _testNetwork;

    private enum Where
    {
        Top,
        Sh,
        Wsh,
    }

    /// <summary>The output script; null with <see cref="Error"/>.</summary>
    internal Script? Parse()
    {
        Script? script = Expression(Where.Top);
        if (Error is null && _position < _text.Length)
            Fail($"the descriptor ends here, {Characters.Name(_text[_position])} is too much", _position);
        return Error is null ? script : null;
    }

    private Script? Expression(Where where)
    {
        int start = _position;
        string name = Word().ToString();
        if (!Accept('('))
        {
            FailName(name, where, start, isFunction: false);
            return null;
        }

        KeyRules rules = where == Where.Wsh ? KeyRules.SegwitV0 : KeyRules.Legacy;
        Script? script = (name, where) switch
        {
            ("addr", Where.Top) => Addr(),
            ("raw", Where.Top) => Raw(),
            ("tr", Where.Top) => Tr(),
            ("pk", _) => Key(rules) is { } key ? OutputScripts.PubKey(key) : null,
            ("pkh", _) => Key(rules) is { } key ? OutputScripts.PubKeyHash(Hash160.Hash(key)) : null,
            ("wpkh", not Where.Wsh) => Key(KeyRules.SegwitV0) is { } key ? OutputScripts.WitnessV0(Hash160.Hash(key)) : null,
            ("sh", Where.Top) => Sh(),
            ("wsh", not Where.Wsh) => Expression(Where.Wsh) is { } inner ? OutputScripts.PayToWitnessScriptHash(inner) : null,
            ("multi", _) => Multi(where, rules, sorted: false),
            ("sortedmulti", _) => Multi(where, rules, sorted: true),
            _ => FailName(name, where, start, isFunction: true),
        };
        Close(start + name.Length);
        return script;
    }

    private Script? Addr()
    {
        int start = _position;
        if (!Address.TryParse(Word(), out Address address, out FormatError error))
        {
            Fail(error.Reason, start + error.Position);
            return null;
        }

        Networks = address.Networks;
        return address.Script;
    }

    private Script? Raw()
    {
        int start = _position;
        ReadOnlySpan<char> hex = Word();
        int foreign = HexText.IndexOfForeign(hex);
        if (foreign >= 0)
            Fail($"raw() takes a script in hex; {Characters.Name(hex[foreign])} is no hex digit", start + foreign);
        else if (hex.Length % 2 != 0)
            Fail($"raw() takes whole bytes, two hex digits each; this has {hex.Length} digits", _position);
        return Error is null ? new Script(Convert.FromHexString(hex)) : null;
    }

    private Script? Sh()
    {
        int start = _position;
        if (Expression(Where.Sh) is not { } inner)
            return null;
        if (inner.Length <= MaxP2shScript)
            return OutputScripts.PayToScriptHash(inner);
        Fail($"the script in sh() has {inner.Length} bytes, more than {MaxP2shScript}: it could not be spent", start);
        return null;
    }

    private Script? Multi(Where where, KeyRules rules, bool sorted)
    {
        int maximum = where == Where.Top ? MaxBareKeys : MaxKeys;
        int start = _position;
        int? required = Threshold();
        List<byte[]>? keys = Keys(rules, maximum);
        if (required is null || keys is null)
            return null;
        if (required > keys.Count)
        {
            Fail($"{required} signatures of {keys.Count} keys cannot be had: the first number is at most the number of keys", start);
            return null;
        }

        if (sorted)
            keys.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        ScriptBuilder script = new ScriptBuilder().PushNumber(required.Value);
        foreach (byte[] key in keys)
            script.Push(key);
        return script.PushNumber(keys.Count).Op(Opcodes.CheckMultiSig).ToScript();
    }

    private int? Threshold()
    {
        int start = _position;
        ReadOnlySpan<char> word = Word();
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int required) && required > 0)
            return required;
        Fail("the number of signatures comes first, at least 1: multi(2,key,key,key)", start);
        return null;
    }

    private List<byte[]>? Keys(KeyRules rules, int maximum)
    {
        var keys = new List<byte[]>();
        while (Error is null && Accept(','))
        {
            if (keys.Count == maximum)
                Fail($"at most {maximum} keys can stand here", _position);
            else if (Key(rules) is { } key)
                keys.Add(key);
        }

        if (keys.Count == 0)
            Fail("keys are missing: multi(1,key,key)", _position);
        return Error is null ? keys : null;
    }

    private byte[]? Key(KeyRules rules)
    {
        int start = _position;
        ReadOnlySpan<char> word = Word();
        if (Next == '(')
        {
            Fail($"{Quote(word)} with brackets is no key: a key is hex digits or an xpub with a fixed path", start);
            return null;
        }

        byte[]? key = KeyExpression.TryParse(word, rules, ref _testNetwork, out FormatError error);
        if (key is null)
            Fail(error.Reason, start + error.Position);
        return key;
    }
}
