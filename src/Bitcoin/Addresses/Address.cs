namespace Bitcoin;

/// <summary>
/// An output script as people write it: Base58Check for P2PKH and P2SH, Bech32 for witness version 0 (BIP173), Bech32m for
/// the later ones (BIP350).
/// </summary>
/// <param name="Script">The output script.</param>
/// <param name="Networks">Every network on which the text is an address.</param>
public readonly record struct Address(Script Script, BitcoinNetworks Networks)
{
    private static readonly (byte PubKeyHash, byte ScriptHash, BitcoinNetworks Networks)[] Base58Versions =
    [
        (0x00, 0x05, BitcoinNetworks.Mainnet),
        (0x6f, 0xc4, BitcoinNetworks.AnyTest),
    ];

    private static readonly (string Prefix, BitcoinNetworks Networks)[] Bech32Prefixes =
    [
        ("bc", BitcoinNetworks.Mainnet),
        ("tb", BitcoinNetworks.Testnet | BitcoinNetworks.Signet),
        ("bcrt", BitcoinNetworks.Regtest),
    ];

    /// <summary>Reads an address of any network; nothing may stand around it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address.</param>
    /// <param name="error">Why the text is none.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out Address address, out FormatError error)
    {
        address = default;
        if (text.IsEmpty)
        {
            error = new FormatError("an address is missing", 0);
            return false;
        }

        foreach ((string prefix, BitcoinNetworks networks) in Bech32Prefixes)
        {
            if (text.Length > prefix.Length && text[prefix.Length] == '1' && text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return TryParseSegwit(text, prefix, networks, out address, out error);
        }

        return TryParseBase58(text, out address, out error);
    }

    /// <summary>The address of a script on one network; null where the script has no address form.</summary>
    /// <param name="script">An output script.</param>
    /// <param name="network">Exactly one network.</param>
    public static string? Format(Script script, BitcoinNetworks network)
    {
        if (!System.Numerics.BitOperations.IsPow2((int)network))
            throw new ArgumentException("exactly one network", nameof(network));
        ScriptType type = ScriptClassifier.Classify(script.Span);
        if (type is ScriptType.PubKeyHash or ScriptType.ScriptHash)
        {
            (byte pubKeyHash, byte scriptHash, _) = Array.Find(Base58Versions, entry => entry.Networks.HasFlag(network));
            return type == ScriptType.PubKeyHash
                ? Base58Check.Encode([pubKeyHash, .. script.Span.Slice(3, Hash160.Size)])
                : Base58Check.Encode([scriptHash, .. script.Span.Slice(2, Hash160.Size)]);
        }

        bool isWitness = ScriptClassifier.TryGetWitnessProgram(script.Span, out int version, out ReadOnlySpan<byte> program);
        if (type == ScriptType.NonStandard || !isWitness)
            return null;
        string prefix = Array.Find(Bech32Prefixes, entry => entry.Networks.HasFlag(network)).Prefix;
        return Bech32.Encode(prefix, [(byte)version, .. Bech32.ToValues(program)], VariantFor(version));
    }

    private static bool TryParseSegwit(
        ReadOnlySpan<char> text, string prefix, BitcoinNetworks networks, out Address address, out FormatError error)
    {
        address = default;
        if (!Bech32.TryDecode(text, out string found, out byte[] values, out Bech32Variant variant, out error))
            return false;
        int start = prefix.Length + 1;
        string? reason = null;
        byte[] program = [];
        if (found != prefix)
            reason = $"no network has the prefix '{found}1'";
        else if (values.Length == 0)
            reason = "the witness version is missing";
        else if (values[0] > 16)
            reason = $"witness versions go up to 16, this is {values[0]}";
        else if (variant != VariantFor(values[0]))
            reason = $"witness version {values[0]} takes a {VariantFor(values[0])} checksum, this is {variant}";
        else if (Bech32.ToBytes(values.AsSpan(1)) is not { } bytes)
            reason = "the bits that fill the last character are wrong";
        else if (!IsProgramLength(values[0], bytes.Length))
            reason = $"witness version {values[0]} takes {(values[0] == 0 ? "20 or 32" : "2 to 40")} bytes, this has {bytes.Length}";
        else
            program = bytes;

        if (reason is not null)
        {
            error = new FormatError(reason, start);
            return false;
        }

        byte opcode = values[0] == 0 ? Opcodes.Zero : (byte)(Opcodes.One + values[0] - 1);
        address = new Address(new Script((byte[])[opcode, (byte)program.Length, .. program]), networks);
        return true;
    }

    private static bool TryParseBase58(ReadOnlySpan<char> text, out Address address, out FormatError error)
    {
        address = default;
        if (!Base58Check.TryDecode(text, out byte[] payload, out error))
        {
            error = error with { Reason = $"not an address (neither bc1…, tb1…, bcrt1… nor Base58Check): {error.Reason}" };
            return false;
        }

        if (payload.Length != 1 + Hash160.Size)
        {
            error = new FormatError($"an address holds a version byte and 20 bytes, this holds {payload.Length} bytes", 0);
            return false;
        }

        ReadOnlySpan<byte> hash = payload.AsSpan(1);
        foreach ((byte pubKeyHash, byte scriptHash, BitcoinNetworks networks) in Base58Versions)
        {
            if (payload[0] == pubKeyHash)
                address = new Address(OutputScripts.PubKeyHash(hash), networks);
            else if (payload[0] == scriptHash)
                address = new Address(OutputScripts.ScriptHash(hash), networks);
            else
                continue;
            return true;
        }

        error = new FormatError($"no network has addresses with the version byte 0x{payload[0]:x2}", 0);
        return false;
    }

    private static Bech32Variant VariantFor(int version) => version == 0 ? Bech32Variant.Bech32 : Bech32Variant.Bech32m;

    private static bool IsProgramLength(int version, int length) => version == 0 ? length is 20 or 32 : length is >= 2 and <= 40;
}
