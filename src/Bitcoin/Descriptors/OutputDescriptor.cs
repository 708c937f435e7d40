using System.Diagnostics.CodeAnalysis;

namespace Bitcoin;

/// <summary>
/// Where a reward goes: an output descriptor (BIP380 to BIP386) that stands for exactly one script. Known are
/// <c>addr raw pk pkh wpkh sh wsh tr multi sortedmulti</c>, in the tree of tr() <c>pk multi_a</c>; keys in hex or as
/// xpub with a fixed path. The checksum may be missing, but not be wrong. Miniscript, combo(), rawtr(), musig(), private
/// keys, wildcards and several paths are refused.
/// </summary>
public sealed partial class OutputDescriptor
{
    /// <summary>The longest text: enough for a raw() of the largest script that can be spent.</summary>
    public const int MaxTextLength = 32_768;

    private const int MaxSpendableScript = 10_000;

    private OutputDescriptor(string text, Script script, BitcoinNetworks? networks, bool hasTestKey) =>
        (Text, Script, Networks, Warning) = (text, script, networks, WarningFor(script, hasTestKey));

    /// <summary>The descriptor without checksum.</summary>
    public string Text { get; }

    /// <summary>The output script.</summary>
    public Script Script { get; }

    /// <summary>The networks to which the address in addr() belongs; null where the text does not name a network.</summary>
    public BitcoinNetworks? Networks { get; }

    /// <summary>What the owner should know although the descriptor is valid, e.g. that the output can never be spent; else null.</summary>
    public string? Warning { get; }

    /// <summary>Reads a descriptor; nothing may stand around it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="descriptor">The descriptor, or null.</param>
    /// <param name="error">What is wrong, where, and what would be right. A private key is never repeated in it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out OutputDescriptor? descriptor, out FormatError error)
    {
        descriptor = null;
        if (text.Length > MaxTextLength)
        {
            error = new FormatError($"a descriptor has at most {MaxTextLength} characters, this has {text.Length}", MaxTextLength);
            return false;
        }

        int foreign = DescriptorChecksum.IndexOfForeign(text);
        if (foreign < 0)
            foreign = text.IndexOf(' ', StringComparison.Ordinal);
        if (foreign >= 0)
        {
            error = new FormatError($"{Characters.Name(text[foreign])} cannot stand in a descriptor", foreign);
            return false;
        }

        int hash = text.IndexOf('#', StringComparison.Ordinal);
        string body = hash < 0 ? text : text[..hash];
        var parser = new DescriptorParser(body);
        Script? script = parser.Parse();
        FormatError? wrong = parser.Error ?? (hash < 0 ? null : CheckChecksum(body, text[(hash + 1)..]));
        error = wrong ?? default;
        if (script is { } output && wrong is null)
            descriptor = new OutputDescriptor(body, output, parser.Networks, parser.HasTestKey);
        return descriptor is not null;
    }

    /// <summary>The descriptor with its checksum.</summary>
    public override string ToString() => $"{Text}#{DescriptorChecksum.Compute(Text)}";

    private static FormatError? CheckChecksum(string body, string checksum)
    {
        int position = body.Length + 1;
        if (checksum.Length != DescriptorChecksum.Length)
            return new FormatError($"the checksum after '#' has {DescriptorChecksum.Length} characters, not {checksum.Length}", position);
        string? right = DescriptorChecksum.Compute(body);
        return checksum == right
            ? null
            : new FormatError($"the checksum does not fit: for the text as it stands it is {right}, so a character is mistyped", position);
    }

    private static string? WarningFor(Script script, bool hasTestKey)
    {
        if (script.Length == 0)
            return "anyone can take an output with an empty script";
        if (script.Length > MaxSpendableScript)
            return $"an output with a script above {MaxSpendableScript} bytes can never be spent";
        if (hasTestKey)
            return "the key is a tpub, a key of a test network";
        return ScriptClassifier.Classify(script.Span) switch
        {
            ScriptType.NullData => "an OP_RETURN output can never be spent",
            ScriptType.NonStandard => "the script has none of the usual forms: make sure that you can spend it",
            ScriptType.WitnessUnknown => "the witness version has no rules yet: anyone may be able to take the output",
            _ => null,
        };
    }
}
