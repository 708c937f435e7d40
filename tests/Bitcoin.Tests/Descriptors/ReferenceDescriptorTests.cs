using System.Text.Json;
using TestSupport;
using Xunit;

namespace Bitcoin.Tests.Descriptors;

/// <summary>The reference's verdicts on 229 descriptors and 14 tables.</summary>
public sealed class ReferenceDescriptorTests
{
    private const string K = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private const string K2 = "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";
    private const string Uncompressed = "04" + K + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

    private const string NoMiniscript = "miniscript is not supported: such an output is given as addr() or raw()";
    private const string AnyoneCanSpend = "anyone could spend it; and miniscript is not supported";
    private const string WrongKeyForm = "the key's form does not belong in this script: Bitcoin Core refuses it too";

    /// <summary>What the reference accepts and we refuse, on purpose.</summary>
    private static readonly Dictionary<string, string> RefusedOnPurpose = new()
    {
        [$"wsh(and_v(v:pk(02{K}),older(144)))"] = NoMiniscript,
        [$"wsh(andor(pk(02{K}),older(1008),pk(02{K2})))"] = NoMiniscript,
        [$"wsh(thresh(2,pk(02{K}),s:pk(02{K2}),sln:older(32768)))"] = NoMiniscript,
        [$"tr({K},{{pk({K2}),and_v(v:pk({K2}),older(5))}})"] = NoMiniscript,
        ["wsh(older(1))"] = AnyoneCanSpend,
        ["wsh(1)"] = AnyoneCanSpend,
        [$"wsh(pkh({Uncompressed}))"] = WrongKeyForm,
        [$"wsh(pkh({K}))"] = WrongKeyForm,
        [$"sh(pkh({K}))"] = WrongKeyForm,
    };

    [Fact]
    public void Descriptors_are_judged_as_the_reference_judges_them()
    {
        Assert.SkipUnless(Vectors.Available, Vectors.MissingReason);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Vectors.TryPath("sri", "output_descriptors.json")!));
        var failures = new List<string>();
        var differences = new HashSet<string>();
        int cases = 0;
        foreach (JsonElement entry in document.RootElement.GetProperty("descriptors").EnumerateArray())
        {
            cases++;
            string text = entry.GetProperty("string").GetString()!;
            JsonElement expected = entry.GetProperty("result");
            bool parsed = OutputDescriptor.TryParse(text, out OutputDescriptor? descriptor, out FormatError error);
            if (RefusedOnPurpose.ContainsKey(text) && !parsed && expected.GetProperty("accepted").GetBoolean())
                differences.Add(text);
            else if (Compare(expected, descriptor, error) is { } difference)
                failures.Add($"{text}: {difference}");
        }

        Assert.Empty(failures);
        Assert.Equal(229, cases);
        Assert.Equal(RefusedOnPurpose.Keys.Order(), differences.Order());
    }

    [Fact]
    public void Tables_are_judged_as_the_reference_judges_them()
    {
        Assert.SkipUnless(Vectors.Available, Vectors.MissingReason);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Vectors.TryPath("sri", "output_descriptors.json")!));
        var failures = new List<string>();
        foreach (JsonElement entry in document.RootElement.GetProperty("legacy").EnumerateArray())
        {
            string type = entry.GetProperty("output_script_type").GetString()!;
            string value = entry.GetProperty("output_script_value").GetString()!;
            OutputDescriptor.TryParseTable(type, value, out OutputDescriptor? descriptor, out FormatError error);
            if (Compare(entry.GetProperty("result"), descriptor, error) is { } difference)
                failures.Add($"{type} {value}: {difference}");
        }

        Assert.Empty(failures);
    }

    private static string? Compare(JsonElement expected, OutputDescriptor? descriptor, FormatError error)
    {
        if (!expected.GetProperty("accepted").GetBoolean())
            return descriptor is not null ? $"accepted as {descriptor.Script}" : error.Reason is { Length: > 0 } ? null : "no reason";
        if (descriptor is null)
            return $"refused: {error}";
        if (descriptor.Script.Length != expected.GetProperty("script_length").GetInt32())
            return $"script of {descriptor.Script.Length} bytes";
        if (expected.GetProperty("script").GetString() is { } script && script != descriptor.Script.ToString())
            return $"script {descriptor.Script}";
        if (expected.GetProperty("ok_for_mainnet").GetBoolean() != (descriptor.Networks?.HasFlag(BitcoinNetworks.Mainnet) ?? true))
            return $"networks {descriptor.Networks}";
        var output = new TxOut(0, descriptor.Script);
        if (output.Size != expected.GetProperty("txout_size").GetInt32())
            return $"output of {output.Size} bytes";
        if (SigOps.OutputsCost([output]) != expected.GetProperty("sigop_cost").GetInt32())
            return $"sigop cost {SigOps.OutputsCost([output])}";
        CoinbaseOutputReserve reserve = CoinbaseOutputReserve.For([output]);
        byte[] payload = [.. BitConverter.GetBytes(reserve.MaxAdditionalSize), .. BitConverter.GetBytes(reserve.MaxAdditionalSigOps)];
        return Convert.ToHexStringLower(payload) == expected.GetProperty("coinbase_output_constraints_payload").GetString()
            ? null
            : $"reserve {reserve}";
    }
}
