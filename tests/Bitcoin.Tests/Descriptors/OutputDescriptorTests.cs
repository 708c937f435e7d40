using Xunit;

namespace Bitcoin.Tests.Descriptors;

public sealed class OutputDescriptorTests
{
    private const string Key1 = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private const string Key2 = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";
    private const string Key3 = "02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9";
    private const string Uncompressed =
        "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

    private const string XOnly1 = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private const string XOnly2 = "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";
    private const string Xpub =
        "xpub661MyMwAqRbcGGqHpjDfDPszxy4WFjzmLv1XKVDJFvhrj87fdpmTKZKPehK497rKqpB6TCtYrF41TxqatQdF6te88TEhsrpPo4Nnp4hPeBz";

    private const string Tpub =
        "tpubD6NzVbkrYhZ4XccijNhpXysErmvbLWBTKoRsaF25Ktm3HvfL35PnuQ495h9zcFbPMzJ2DRuNDNzjP9CBz1Mkr9ykx1YohakBsYRj4Fqv4rT";

    private const string Xprv =
        "xprv9s21ZrQH143K3nkpihgerFwGQwE1rHGuyh5vX6oghbAsrKnX6HTCmkzuoQHSkH6XvPMJgYz6eaS6LFjWaSjtwZJ11wAmYQPmw8R2Md7D9Ui";

    [Theory]
    [InlineData("addr(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4)", "0014751e76e8199196d454941c45d1b3a323f1433bd6")]
    [InlineData("raw(51)", "51")]
    [InlineData("pk(" + Key1 + ")", "21" + Key1 + "ac")]
    [InlineData("pkh(" + Key1 + ")", "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac")]
    [InlineData("pkh(" + Uncompressed + ")", "76a91491b24bf9f5288532960ac687abb035127b1d28a588ac")]
    [InlineData("wpkh(" + Key1 + ")", "0014751e76e8199196d454941c45d1b3a323f1433bd6")]
    [InlineData("sh(wpkh(" + Key1 + "))", "a914bcfeb728b584253d5f3f70bcb780e9ef218a68f487")]
    [InlineData("wsh(pk(" + Key1 + "))", "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262")]
    [InlineData("tr(" + XOnly1 + ")", "5120da4710964f7852695de2da025290e24af6d8c281de5a0b902b7135fd9fd74d21")]
    [InlineData("tr(" + Key1 + ")", "5120da4710964f7852695de2da025290e24af6d8c281de5a0b902b7135fd9fd74d21")]
    [InlineData("tr(" + XOnly1 + ",pk(" + XOnly2 + "))", "5120456b959d3ad02729d12d7df9a6ce66f2f02043fb5c5b61071897c59414a1842e")]
    [InlineData(
        "tr(" + XOnly1 + ",multi_a(1," + XOnly1 + "," + XOnly2 + "))",
        "5120244ea601076502424b02308a635ac290c18a14c4c36c2a9d16ae7d364da00879")]
    [InlineData(
        "wsh(multi(2," + Key1 + "," + Key2 + "," + Key3 + "))",
        "002012c2ffbc6ec1cf5d746dfbd49b1063356212ea55f43023ffc0145934af20c572")]
    [InlineData(
        "wsh(sortedmulti(2," + Key3 + "," + Key2 + "," + Key1 + "))",
        "002012c2ffbc6ec1cf5d746dfbd49b1063356212ea55f43023ffc0145934af20c572")]
    [InlineData("wpkh(" + Xpub + "/0/5)", "00140cb3d02b0608826917fe67063f649a066c6e2931")]
    [InlineData("wpkh([e2867bb6]" + Xpub + "/1)", "00149b10ea82e05db41c6d3402b3ba827973fc9f2e9b")]
    [InlineData("tr(" + Tpub + "/0/1)", "5120c888412d837b53251d480406c81711d1aee34595bf57750bb9acf32bb2a6f952")]
    public void Descriptor_stands_for_its_script(string text, string script)
    {
        Assert.True(OutputDescriptor.TryParse(text, out OutputDescriptor? descriptor, out FormatError error), error.ToString());
        Assert.Equal(script, descriptor.Script.ToString());
        Assert.Equal(text, descriptor.Text);
        Assert.True(OutputDescriptor.TryParse(descriptor.ToString(), out OutputDescriptor? again, out _));
        Assert.Equal(descriptor.Script, again.Script);
    }

    /// <summary>The script tree of BIP341's wallet vectors 2 ("scriptTree" with one leaf) as a descriptor.</summary>
    [Fact]
    public void Taproot_leaf_follows_bip341()
    {
        const string Internal = "187791b6f712a8ea41c8ecdd0ee77fab3e85263b37e1ec18a3651926b3a6cf27";
        var leaf = Script.FromHex("20d85a959b0290bf19bb89ed43c916be835475d013da4b362117393e25a48229b8ac");
        byte[] hash = TaprootOutput.LeafHash(leaf);
        Assert.Equal("5b75adecf53548f3ec6ad7d78383bf84cc57b55a3127c72b9a2481752dd88b21", Convert.ToHexStringLower(hash));
        Assert.Equal(
            "147c9c57132f6e7ecddba9800bb0c4449251c92a1e60371ee77557b6620f3ea3",
            Convert.ToHexStringLower(TaprootOutput.TryTweak(Convert.FromHexString(Internal), hash)!));
    }

    [Fact]
    public void Sides_of_a_taproot_branch_may_be_swapped()
    {
        Script Of(string tree)
        {
            Assert.True(OutputDescriptor.TryParse($"tr({XOnly1},{tree})", out OutputDescriptor? descriptor, out _));
            return descriptor.Script;
        }

        string a = $"pk({XOnly1})";
        string b = $"pk({XOnly2})";
        Assert.Equal(Of($"{{{a},{{{a},{b}}}}}"), Of($"{{{{{b},{a}}},{a}}}"));
        Assert.NotEqual(Of($"{{{a},{{{a},{b}}}}}"), Of($"{{{b},{{{a},{a}}}}}"));
    }

    [Theory]
    [InlineData("addr(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4)", BitcoinNetworks.Mainnet)]
    [InlineData("addr(tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx)", BitcoinNetworks.Testnet | BitcoinNetworks.Signet)]
    [InlineData("addr(bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080)", BitcoinNetworks.Regtest)]
    [InlineData("raw(51)", null)]
    [InlineData("wpkh(" + Tpub + "/0)", null)]
    public void Only_addr_names_a_network(string text, BitcoinNetworks? networks)
    {
        Assert.True(OutputDescriptor.TryParse(text, out OutputDescriptor? descriptor, out _));
        Assert.Equal(networks, descriptor.Networks);
    }

    [Theory]
    [InlineData("raw()", "empty script")]
    [InlineData("raw(6a)", "never be spent")]
    [InlineData("raw(51)", "usual forms")]
    [InlineData("raw(51024e73)", "no rules yet")]
    [InlineData("wpkh(" + Tpub + "/0)", "test network")]
    [InlineData("wpkh(" + Key1 + ")", null)]
    [InlineData("multi(1," + Key1 + "," + Key2 + ")", null)]
    public void Valid_but_unwise_descriptors_carry_a_warning(string text, string? warning)
    {
        Assert.True(OutputDescriptor.TryParse(text, out OutputDescriptor? descriptor, out _));
        if (warning is null)
            Assert.Null(descriptor.Warning);
        else
            Assert.Contains(warning, descriptor.Warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0, "a descriptor is missing")]
    [InlineData("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", 0, "addr(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4)")]
    [InlineData("addr(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5)", 5, "checksum is wrong")]
    [InlineData("addr( bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4)", 5, "U+0020")]
    [InlineData("foo(51)", 0, "'foo' is not known")]
    [InlineData("WPKH(" + Key1 + ")", 0, "lower case")]
    [InlineData("wpkh", 4, "wpkh(…)")]
    [InlineData("wpkh()", 5, "66 hex digits")]
    [InlineData("wpkh(" + Key1, 71, "'(' at position 4 is not closed")]
    [InlineData("wpkh(" + Key1 + "))", 72, "too much")]
    [InlineData("wpkh(" + Key1 + "," + Key2 + ")", 71, "')' is expected")]
    [InlineData("wpkh(" + Uncompressed + ")", 5, "uncompressed")]
    [InlineData("wpkh(" + XOnly1 + ")", 5, "belongs in tr() only")]
    [InlineData("wpkh(0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f8179g)", 70, "'g' is no hex digit")]
    [InlineData("wpkh(020000000000000000000000000000000000000000000000000000000000000005)", 5, "point on secp256k1")]
    [InlineData("wpkh(" + Xpub + "/0/*)", 119, "wildcard")]
    [InlineData("wpkh(" + Xpub + "/0')", 117, "hardened")]
    [InlineData("wpkh(" + Xpub + "/<0;1>/3)", 117, "branches")]
    [InlineData("wpkh(" + Xpub + "/2147483648)", 117, "2147483647")]
    [InlineData("wpkh(" + Xpub + "/)", 117, "step of the path is missing")]
    [InlineData("wpkh([xyz/84']" + Xpub + ")", 6, "fingerprint")]
    [InlineData("wpkh([e2867bb6/84''/0]" + Xpub + ")", 15, "number")]
    [InlineData("wpkh([e2867bb6" + Xpub + ")", 5, "not closed")]
    [InlineData("sh(sh(wpkh(" + Key1 + ")))", 3, "cannot stand inside sh()")]
    [InlineData("wsh(wpkh(" + Key1 + "))", 4, "cannot stand inside wsh()")]
    [InlineData("sh(addr(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4))", 3, "cannot stand inside sh()")]
    [InlineData("wsh(multi(3," + Key1 + "," + Key2 + "))", 10, "3 signatures of 2 keys")]
    [InlineData("wsh(multi(0," + Key1 + "))", 10, "at least 1")]
    [InlineData("wsh(multi(1))", 11, "keys are missing")]
    [InlineData("multi(1," + Key1 + "," + Key1 + "," + Key1 + "," + Key1 + ")", 209, "at most 3 keys")]
    [InlineData("wsh(and_v(v:pk(" + Key1 + "),older(144)))", 4, "miniscript")]
    [InlineData("combo(" + Key1 + ")", 0, "several scripts")]
    [InlineData("tr(" + XOnly1 + ",)", 68, "a script is missing")]
    [InlineData("tr(" + XOnly1 + ",{pk(" + XOnly2 + ")})", 137, "two sides")]
    [InlineData("tr(musig(" + Key1 + "," + Key2 + "))", 3, "is no key")]
    [InlineData("raw(001)", 7, "two hex digits each")]
    [InlineData("raw(zz)", 4, "no hex digit")]
    [InlineData("raw(51,52)", 6, "')' is expected")]
    [InlineData("raw(51)#", 8, "8 characters, not 0")]
    [InlineData("raw(51)#8lvq9jxk", 8, "8lvh9jxk")]
    [InlineData("raw(51)#8LVH9JXK", 8, "8lvh9jxk")]
    [InlineData("wpkh(\u00fc)", 5, "U+00FC")]
    public void Refused_descriptor_says_what_and_where(string text, int position, string reason)
    {
        Assert.False(OutputDescriptor.TryParse(text, out OutputDescriptor? descriptor, out FormatError error));
        Assert.Null(descriptor);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.Equal(position, error.Position);
    }

    [Theory]
    [InlineData("wpkh(" + Xprv + "/0)")]
    [InlineData("wpkh(KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn)")]
    [InlineData("tr(" + Xprv + ")")]
    [InlineData(Xprv)]
    [InlineData("KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn")]
    public void Private_key_is_refused_and_not_repeated(string text)
    {
        Assert.False(OutputDescriptor.TryParse(text, out _, out FormatError error));
        string secret = text[(text.LastIndexOf('(') + 1)..].TrimEnd(')');
        for (int i = 0; i + 5 <= secret.Length; i++)
            Assert.DoesNotContain(secret.Substring(i, 5), error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Overlong_text_and_deep_trees_are_refused()
    {
        Assert.False(OutputDescriptor.TryParse("raw(" + new string('0', OutputDescriptor.MaxTextLength) + ")", out _, out _));
        string deep = string.Concat(Enumerable.Repeat("{", 10_000));
        Assert.False(OutputDescriptor.TryParse($"tr({XOnly1},{deep}", out _, out FormatError error));
        Assert.Contains("deeper than 128", error.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P2PK", Key1, "21" + Key1 + "ac")]
    [InlineData("P2PKH", Key1, "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac")]
    [InlineData("P2WPKH", Key1, "0014751e76e8199196d454941c45d1b3a323f1433bd6")]
    [InlineData("P2SH", "bcfeb728b584253d5f3f70bcb780e9ef218a68f4", "a914bcfeb728b584253d5f3f70bcb780e9ef218a68f487")]
    [InlineData("P2TR", XOnly1, "5120da4710964f7852695de2da025290e24af6d8c281de5a0b902b7135fd9fd74d21")]
    public void Table_form_is_read(string type, string value, string script)
    {
        Assert.True(OutputDescriptor.TryParseTable(type, value, out OutputDescriptor? descriptor, out FormatError error), error.ToString());
        Assert.Equal(script, descriptor.Script.ToString());
    }

    [Theory]
    [InlineData("p2wpkh", Key1, "P2WPKH")]
    [InlineData("P2SH", "00", "40 hex digits")]
    [InlineData("P2TR", Key1, "x-only")]
    [InlineData("P2WPKH", Uncompressed, "uncompressed")]
    [InlineData("P2PKH", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "no hex digit")]
    [InlineData("P2PKH", "0279be66),raw(51", "no hex digit")]
    public void Refused_table_form_says_why(string type, string value, string reason)
    {
        Assert.False(OutputDescriptor.TryParseTable(type, value, out OutputDescriptor? descriptor, out FormatError error));
        Assert.Null(descriptor);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }
}
