using System.Text.Json;
using TestSupport;
using Xunit;

namespace Bitcoin.Tests.Addresses;

public sealed class AddressTests
{
    [Theory]
    [InlineData("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "0014751e76e8199196d454941c45d1b3a323f1433bd6", BitcoinNetworks.Mainnet)]
    [InlineData("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080", "0014751e76e8199196d454941c45d1b3a323f1433bd6", BitcoinNetworks.Regtest)]
    [InlineData(
        "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47zagq",
        "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        BitcoinNetworks.Testnet | BitcoinNetworks.Signet)]
    [InlineData("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac", BitcoinNetworks.Mainnet)]
    [InlineData("3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN", "a914bcfeb728b584253d5f3f70bcb780e9ef218a68f487", BitcoinNetworks.Mainnet)]
    [InlineData("mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r", "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac", BitcoinNetworks.AnyTest)]
    [InlineData("2NAUYAHhujozruyzpsFRP63mbrdaU5wnEpN", "a914bcfeb728b584253d5f3f70bcb780e9ef218a68f487", BitcoinNetworks.AnyTest)]
    [InlineData("bc1sw50qgdz25j", "6002751e", BitcoinNetworks.Mainnet)]
    [InlineData("bc1pfeessrawgf", "51024e73", BitcoinNetworks.Mainnet)]
    public void Address_and_script_belong_together(string text, string script, BitcoinNetworks networks)
    {
        Assert.True(Address.TryParse(text, out Address address, out FormatError error), error.ToString());
        Assert.Equal(script, address.Script.ToString());
        Assert.Equal(networks, address.Networks);
        foreach (BitcoinNetworks network in Enum.GetValues<BitcoinNetworks>())
        {
            if (network is not (BitcoinNetworks.None or BitcoinNetworks.AnyTest) && networks.HasFlag(network))
                Assert.Equal(text, Address.Format(address.Script, network));
        }
    }

    [Fact]
    public void Upper_case_bech32_is_the_same_address()
    {
        Assert.True(Address.TryParse("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", out Address address, out _));
        Assert.Equal("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Address.Format(address.Script, BitcoinNetworks.Mainnet));
    }

    [Theory]
    [InlineData("", "missing")]
    [InlineData("notanaddress", "not an address")]
    [InlineData(" bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "U+0020")]
    [InlineData("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "checksum is wrong")]
    [InlineData("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "takes a Bech32m checksum, this is Bech32")]
    [InlineData("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "20 or 32")]
    [InlineData("bc1gmk9yu", "version is missing")]
    [InlineData("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "checksum is wrong")]
    [InlineData("5Kd3NBUAdUnhyzenEwVLy9pBKxSwXvE9FMPyR4UKZvpe6E3AgLr", "holds 33 bytes")]
    [InlineData("LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", "version byte 0x30")]
    public void Refused_text_says_why(string text, string reason)
    {
        Assert.False(Address.TryParse(text, out _, out FormatError error));
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("51")]
    [InlineData("6a0548656c6c6f")]
    [InlineData("00024e73")]
    [InlineData("210279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798ac")]
    public void Script_without_address_form_has_none(string hex) =>
        Assert.Null(Address.Format(Script.FromHex(hex), BitcoinNetworks.Mainnet));

    [Fact]
    public void Bitcoin_cores_valid_addresses_hold()
    {
        Assert.SkipUnless(Vectors.Available, Vectors.MissingReason);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Vectors.TryPath("bitcoin", "key_io_valid.json")!));
        int addresses = 0;
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            string text = entry[0].GetString()!;
            if (entry[2].GetProperty("isPrivkey").GetBoolean())
            {
                Assert.False(Address.TryParse(text, out _, out _));
                continue;
            }

            addresses++;
            BitcoinNetworks network = entry[2].GetProperty("chain").GetString() switch
            {
                "main" => BitcoinNetworks.Mainnet,
                "test" or "testnet4" => BitcoinNetworks.Testnet,
                "signet" => BitcoinNetworks.Signet,
                "regtest" => BitcoinNetworks.Regtest,
                string other => throw new InvalidDataException(other),
                null => throw new InvalidDataException("no chain"),
            };
            Assert.True(Address.TryParse(text, out Address address, out FormatError error), $"{text}: {error}");
            Assert.Equal(entry[1].GetString(), address.Script.ToString());
            Assert.True(address.Networks.HasFlag(network), text);
            Assert.Equal(text, Address.Format(address.Script, network), ignoreCase: text.StartsWith("BC", StringComparison.Ordinal));
            bool flips = entry[2].TryGetProperty("tryCaseFlip", out JsonElement flip) && flip.GetBoolean();
            Assert.Equal(flips, Address.TryParse(FlipCase(text), out Address flipped, out _) && flipped == address);
        }

        Assert.NotEqual(0, addresses);
    }

    [Fact]
    public void Bitcoin_cores_invalid_addresses_are_refused()
    {
        Assert.SkipUnless(Vectors.Available, Vectors.MissingReason);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Vectors.TryPath("bitcoin", "key_io_invalid.json")!));
        Assert.NotEqual(0, document.RootElement.GetArrayLength());
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            Assert.False(Address.TryParse(entry[0].GetString(), out _, out FormatError error), entry[0].GetString());
            Assert.False(string.IsNullOrEmpty(error.Reason));
        }
    }

    private static string FlipCase(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)));
}
