namespace Bitcoin;

/// <content>tr(): an internal key and, if wanted, a tree of scripts (BIP386).</content>
internal ref partial struct DescriptorParser
{
    private const int MaxTreeDepth = 128;
    private const int MaxTapscriptKeys = 999;

    private Script? Tr()
    {
        byte[]? internalKey = Key(KeyRules.Taproot);
        if (internalKey is null)
            return null;
        byte[] root = [];
        if (Accept(','))
        {
            if (Tree(0) is not { } tree)
                return null;
            root = tree;
        }

        if (TaprootOutput.TryTweak(internalKey, root) is { } outputKey)
            return OutputScripts.Taproot(outputKey);
        Fail("this key cannot be tweaked: take another one", _position);
        return null;
    }

    private byte[]? Tree(int depth)
    {
        if (depth > MaxTreeDepth)
        {
            Fail($"the tree is deeper than {MaxTreeDepth} (BIP341)", _position);
            return null;
        }

        int start = _position;
        if (!Accept('{'))
            return Leaf() is { } script ? TaprootOutput.LeafHash(script) : null;
        if (Tree(depth + 1) is not { } left)
            return null;
        if (!Accept(','))
        {
            Fail("a branch has two sides: {left,right}", _position);
            return null;
        }

        if (Tree(depth + 1) is not { } right)
            return null;
        if (!Accept('}'))
            Fail($"'{{' at position {start} is not closed by '}}'", _position);
        return TaprootOutput.BranchHash(left, right);
    }

    private Script? Leaf()
    {
        int start = _position;
        ReadOnlySpan<char> name = Word();
        if (name is not ("pk" or "multi_a") || !Accept('('))
        {
            string reason = name.IsEmpty ? "a script is missing" : $"{Quote(name)} is not a script we know here";
            Fail($"{reason}: in the tree of tr() stand pk(key) and multi_a(number,key,…)", start);
            return null;
        }

        Script? script = name is "pk" ? (Key(KeyRules.Taproot) is { } key ? OutputScripts.PubKey(key) : null) : MultiA();
        Close(start + name.Length);
        return script;
    }

    private Script? MultiA()
    {
        int start = _position;
        int? required = Threshold();
        List<byte[]>? keys = Keys(KeyRules.Taproot, MaxTapscriptKeys);
        if (required is null || keys is null)
            return null;
        if (required > keys.Count)
        {
            Fail($"{required} signatures of {keys.Count} keys cannot be had: the first number is at most the number of keys", start);
            return null;
        }

        var script = new ScriptBuilder();
        for (int i = 0; i < keys.Count; i++)
            script.Push(keys[i]).Op(i == 0 ? Opcodes.CheckSig : Opcodes.CheckSigAdd);
        return script.PushNumber(required.Value).Op(Opcodes.NumEqual).ToScript();
    }
}
