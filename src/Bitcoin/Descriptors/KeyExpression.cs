using System.Globalization;
using Bitcoin.Cryptography;

namespace Bitcoin;

/// <summary>
/// A key in a descriptor (BIP380): optional origin <c>[fingerprint/path]</c>, then hex, or an xpub with a fixed path of
/// unhardened steps. Only what names exactly one public key is accepted.
/// </summary>
internal static class KeyExpression
{
    /// <summary>The key's bytes as the script has them; null with an error whose position counts from the expression's start.</summary>
    internal static byte[]? TryParse(ReadOnlySpan<char> text, KeyRules rules, ref bool testNetwork, out FormatError error)
    {
        int start = 0;
        if (text.StartsWith("["))
        {
            int end = text.IndexOf(']');
            if (end < 0)
            {
                error = new FormatError("'[' is not closed: a key's origin is [fingerprint/path]", 0);
                return null;
            }

            if (CheckOrigin(text[1..end], out error))
                return null;
            start = end + 1;
        }

        ReadOnlySpan<char> key = text[start..];
        byte[]? bytes = KindOf(key) is { } refusal
            ? Refuse(refusal, out error)
            : key.Contains("pub", StringComparison.Ordinal) ? Extended(key, rules, ref testNetwork, out error)
            : Plain(key, rules, out error);
        if (bytes is null)
            error = error with { Position = error.Position + start };
        return bytes;
    }

    private static byte[]? Refuse(string reason, out FormatError error)
    {
        error = new FormatError(reason, 0);
        return null;
    }

    // The text of a private key is never repeated.
    private static string? KindOf(ReadOnlySpan<char> key)
    {
        if (key.IsEmpty)
            return "a key is missing: 66 hex digits, or an xpub with a fixed path such as xpub…/0/0";
        if (key.Length > 4 && key[1..4] is "prv")
            return "this is a private key, which has no place here: give the public one (xpub…)";
        if (key.Length is 51 or 52 && key[0] is 'K' or 'L' or '5' or 'c' or '9' && HexText.IndexOfForeign(key) >= 0)
            return "this looks like a private key (WIF), which has no place here: give the public key in hex";
        if (key.Length > 4 && key[1..4] is "pub" && key[0] is not ('x' or 't'))
            return $"'{key[..4]}' is a form of one wallet family: give the same key as xpub (test networks: tpub)";
        return null;
    }

    // True means refused.
    private static bool CheckOrigin(ReadOnlySpan<char> origin, out FormatError error)
    {
        error = default;
        int position = 1;
        bool first = true;
        foreach (Range range in origin.Split('/'))
        {
            ReadOnlySpan<char> part = origin[range];
            string? reason = first ? CheckFingerprint(part) : CheckStep(part is [.., '\'' or 'h'] ? part[..^1] : part);
            if (reason is not null)
            {
                error = new FormatError(reason, position);
                return true;
            }

            first = false;
            position += part.Length + 1;
        }

        return false;
    }

    private static string? CheckFingerprint(ReadOnlySpan<char> part) => part.Length == 8 && HexText.IndexOfForeign(part) < 0
        ? null
        : "a key's origin begins with the master key's fingerprint, eight hex digits";

    private static string? CheckStep(ReadOnlySpan<char> step)
    {
        if (step.IsEmpty)
            return "a step of the path is missing: steps are numbers";
        if (step.ContainsAnyExceptInRange('0', '9'))
            return "a step of the path is a number";
        return uint.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out uint index) && index <= int.MaxValue
            ? null
            : "a step of the path is a number up to 2147483647";
    }

    private static byte[]? Plain(ReadOnlySpan<char> key, KeyRules rules, out FormatError error)
    {
        int foreign = HexText.IndexOfForeign(key);
        if (foreign >= 0)
        {
            error = new FormatError($"a key is hex digits or an xpub; {Characters.Name(key[foreign])} is no hex digit", foreign);
            return null;
        }

        string? reason = (key.Length, rules) switch
        {
            (66, _) => null,
            (64, KeyRules.Taproot) => null,
            (64, _) => "an x-only key (64 hex digits) belongs in tr() only: here the key has 02 or 03 before it",
            (130, KeyRules.Legacy) => null,
            (130, _) => "an uncompressed key cannot be used in SegWit or taproot outputs: give the compressed one (66 hex digits)",
            _ => $"a public key has 66 hex digits (compressed){LengthHint(rules)}, this has {key.Length}",
        };
        if (reason is not null)
            return Refuse(reason, out error);
        byte[] bytes = Convert.FromHexString(key);
        if (bytes.Length == Secp256k1.XOnlySize ? !Secp256k1.IsValidXOnly(bytes) : !Secp256k1.IsValidPublicKey(bytes))
            return Refuse("this is not the key of a point on secp256k1 (prefixes are 02, 03 and, uncompressed, 04)", out error);
        error = default;
        return rules == KeyRules.Taproot && bytes.Length == Secp256k1.CompressedSize ? bytes[1..] : bytes;
    }

    private static string LengthHint(KeyRules rules) => rules switch
    {
        KeyRules.Legacy => " or 130 (uncompressed)",
        KeyRules.Taproot => " or 64 (x-only)",
        _ => string.Empty,
    };

    private static byte[]? Extended(ReadOnlySpan<char> key, KeyRules rules, ref bool testNetwork, out FormatError error)
    {
        int slash = key.IndexOf('/');
        ReadOnlySpan<char> xpub = slash < 0 ? key : key[..slash];
        if (!ExtendedPublicKey.TryParse(xpub, out ExtendedPublicKey? extended, out error))
            return null;
        testNetwork |= extended.IsTest;
        if (slash >= 0)
        {
            ReadOnlySpan<char> path = key[(slash + 1)..];
            int position = slash + 1;
            foreach (Range range in path.Split('/'))
            {
                ReadOnlySpan<char> step = path[range];
                if (StepRefusal(step) is { } reason)
                {
                    error = new FormatError(reason, position);
                    return null;
                }

                extended = extended.Derive(uint.Parse(step, NumberStyles.None, CultureInfo.InvariantCulture));
                if (extended is null)
                {
                    error = new FormatError("there is no key at this index: take the next one", position);
                    return null;
                }

                position += step.Length + 1;
            }
        }

        return (rules == KeyRules.Taproot ? extended.PublicKey[1..] : extended.PublicKey).ToArray();
    }

    private static string? StepRefusal(ReadOnlySpan<char> step) => step switch
    {
        [.., '*'] or ['*', ..] => "a wildcard stands for many scripts, the reward goes to one: give a fixed index, such as /0",
        ['<', ..] => "<…;…> stands for several scripts, the reward goes to one: give one of the branches, such as /0",
        [.., '\'' or 'h'] => "a hardened step cannot be taken from a public key: give the xpub below it, with its origin in [ ]",
        _ => CheckStep(step),
    };
}
