using Bitcoin;
using Fuzz.Harness;
using Xunit;

namespace Fuzz.Decoders;

public sealed class BitcoinTextTests
{
    private const string Base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0OIl ";
    private const string DescriptorAlphabet = "()[]{},/'h*<>;#:abcdef0123456789xpubprvmulti_kwshtrq ";
    private const string Key1 = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private const string Key2 = "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";
    private const string Xpub =
        "xpub661MyMwAqRbcGGqHpjDfDPszxy4WFjzmLv1XKVDJFvhrj87fdpmTKZKPehK497rKqpB6TCtYrF41TxqatQdF6te88TEhsrpPo4Nnp4hPeBz";

    [Fact]
    public void Addresses() => Campaign.OverText(
        [
            "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", "2NAUYAHhujozruyzpsFRP63mbrdaU5wnEpN", "bc1sw50qgdz25j",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
            "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47zagq",
        ],
        Base58Alphabet,
        static text => Address.TryParse(text, out Address address, out FormatError error)
            ? Tuple.Create(address)
            : Refused<Tuple<Address>>(error, text),
        new Allowance(8192, 40),
        static (text, address) =>
            Assert.Equal(text, Address.Format(address.Item1.Script, OneOf(address.Item1.Networks)), ignoreCase: true));

    [Fact]
    public void Authority_public_keys() => Campaign.OverText(
        ["9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72", "9bDuixKmZqAJnrmP746n8zU1wyAQRrus7th9dxnkPg6RzQvCnan"],
        Base58Alphabet,
        static text => AuthorityPublicKey.TryParse(text, out AuthorityPublicKey? key, out FormatError error)
            ? key
            : Refused<AuthorityPublicKey>(error, text),
        new Allowance(8192, 40),
        static (text, key) => Assert.Equal(text, key.ToString()));

    [Fact]
    public void Authority_secret_keys() => Campaign.OverText(
        ["mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n", "zmBEmPhqo3A92FkiLVvyCz6htc3e53ph3ZbD4ASqGaLjwnFLi"],
        Base58Alphabet,
        static text => AuthoritySecretKey.TryParse(text, out AuthoritySecretKey? key, out FormatError error)
            ? key
            : Refused<AuthoritySecretKey>(error, text),
        new Allowance(8192, 40),
        static (text, key) => Assert.Equal(text, key.Reveal()));

    [Fact]
    public void Extended_public_keys() => Campaign.OverText(
        [Xpub],
        Base58Alphabet,
        static text => ExtendedPublicKey.TryParse(text, out ExtendedPublicKey? key, out FormatError error)
            ? key
            : Refused<ExtendedPublicKey>(error, text),
        new Allowance(8192, 40),
        static (_, key) => Assert.NotNull(key.Derive(0)));

    [Fact]
    public void Descriptors() => Campaign.OverText(
        [
            "addr(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4)",
            "raw(0014751e76e8199196d454941c45d1b3a323f1433bd6)",
            "raw(51)#8lvh9jxk",
            $"pk({Key1})",
            $"sh(wpkh({Key1}))",
            $"wsh(multi(2,{Key1},02{Key2}))",
            $"sh(wsh(sortedmulti(1,02{Key2},{Key1})))",
            $"tr({Key2},{{pk({Key2}),{{multi_a(1,{Key2}),pk({Key2})}}}})",
            $"wpkh([e2867bb6/84'/0h/0']{Xpub}/0/5)",
        ],
        DescriptorAlphabet,
        static text => OutputDescriptor.TryParse(text, out OutputDescriptor? descriptor, out FormatError error)
            ? descriptor
            : Refused<OutputDescriptor>(error, text),
        new Allowance(65_536, 400),
        static (text, descriptor) =>
        {
            Assert.StartsWith(descriptor.Text, text, StringComparison.Ordinal);
            Assert.True(OutputDescriptor.TryParse(descriptor.ToString(), out OutputDescriptor? again, out _));
            Assert.Equal(descriptor.Script, again.Script);
        });

    [Fact]
    public void Reward_tables() => Campaign.OverText(
        [$"P2PK {Key1}", $"P2WPKH {Key1}", $"P2TR {Key2}", "P2SH bcfeb728b584253d5f3f70bcb780e9ef218a68f4", $"P2WSH {Key2}"],
        "0123456789abcdefABCDEF 2PKHSWTRg",
        static text =>
        {
            string[] parts = text.Split(' ', 2);
            return OutputDescriptor.TryParseTable(parts[0], parts[^1], out OutputDescriptor? descriptor, out FormatError error)
                ? descriptor
                : Refused<OutputDescriptor>(error, text);
        },
        new Allowance(16_384, 100),
        static (text, descriptor) =>
        {
            Assert.True(OutputDescriptor.TryParse(descriptor.Text, out OutputDescriptor? again, out _));
            Assert.Equal(descriptor.Script, again.Script);
        });

    private static T? Refused<T>(FormatError error, string text)
        where T : class
    {
        Assert.False(string.IsNullOrEmpty(error.Reason));
        Assert.InRange(error.Position, 0, text.Length);
        return null;
    }

    private static BitcoinNetworks OneOf(BitcoinNetworks networks) => networks.HasFlag(BitcoinNetworks.Mainnet) ? BitcoinNetworks.Mainnet
        : networks.HasFlag(BitcoinNetworks.Testnet) ? BitcoinNetworks.Testnet
        : BitcoinNetworks.Regtest;
}
