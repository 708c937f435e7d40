using System.Diagnostics.CodeAnalysis;

namespace Bitcoin;

/// <content>The older form of configuration files: a table with a type and a value.</content>
public sealed partial class OutputDescriptor
{
    private const string KnownTypes = "P2PK, P2PKH, P2WPKH, P2SH, P2WSH, P2TR";

    /// <summary>
    /// Reads <c>{ output_script_type, output_script_value }</c>. P2PK, P2PKH, P2WPKH (and TEST, which means P2PKH) take a
    /// public key in hex, P2TR an x-only internal key, P2SH and P2WSH the hash of the script.
    /// </summary>
    /// <param name="type">The type, in upper case.</param>
    /// <param name="value">The value in hex.</param>
    /// <param name="descriptor">The equivalent descriptor, or null.</param>
    /// <param name="error">What is wrong; the position counts in <paramref name="value"/>.</param>
    public static bool TryParseTable(string type, string value, [NotNullWhen(true)] out OutputDescriptor? descriptor, out FormatError error)
    {
        descriptor = null;
        switch (type)
        {
            case "P2SH":
                return TryHash(value, Hash160.Size, OutputScripts.ScriptHash, out descriptor, out error);
            case "P2WSH":
                return TryHash(value, 32, OutputScripts.WitnessV0, out descriptor, out error);
            case "P2TR" when value.Length != 64:
                error = new FormatError($"P2TR takes an x-only key, 64 hex digits, not {value.Length}", 0);
                return false;
        }

        string? function = type switch
        {
            "P2PK" => "pk",
            "P2PKH" or "TEST" => "pkh",
            "P2WPKH" => "wpkh",
            "P2TR" => "tr",
            _ => null,
        };
        if (function is null)
        {
            error = new FormatError($"output_script_type is one of {KnownTypes} (in upper case)", 0);
            return false;
        }

        int foreign = HexText.IndexOfForeign(value);
        if (foreign >= 0)
        {
            error = new FormatError($"{type} takes a public key in hex; {Characters.Name(value[foreign])} is no hex digit", foreign);
            return false;
        }

        bool parsed = TryParse($"{function}({value})", out descriptor, out error);
        if (!parsed)
            error = error with { Position = Math.Max(0, error.Position - function.Length - 1) };
        return parsed;
    }

    private static bool TryHash(
        string value,
        int size,
        Func<ReadOnlySpan<byte>, Script> script,
        [NotNullWhen(true)] out OutputDescriptor? descriptor,
        out FormatError error)
    {
        descriptor = null;
        error = default;
        if (value.Length != 2 * size || HexText.IndexOfForeign(value) >= 0)
            error = new FormatError($"this type takes the script's hash, {2 * size} hex digits", 0);
        else
        {
            Script output = script(Convert.FromHexString(value));
            descriptor = new OutputDescriptor($"raw({output})", output, networks: null, hasTestKey: false);
        }

        return descriptor is not null;
    }
}
