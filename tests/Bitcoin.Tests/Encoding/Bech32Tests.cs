using CsCheck;
using Xunit;

namespace Bitcoin.Tests.Encoding;

public sealed class Bech32Tests
{
    [Theory]
    [InlineData("A12UEL5L", Bech32Variant.Bech32)]
    [InlineData("a12uel5l", Bech32Variant.Bech32)]
    [InlineData("an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs", Bech32Variant.Bech32)]
    [InlineData("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", Bech32Variant.Bech32)]
    [InlineData("?1ezyfcl", Bech32Variant.Bech32)]
    [InlineData("A1LQFN3A", Bech32Variant.Bech32m)]
    [InlineData("a1lqfn3a", Bech32Variant.Bech32m)]
    [InlineData("abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", Bech32Variant.Bech32m)]
    [InlineData("split1checkupstagehandshakeupstreamerranterredcaperredlc445v", Bech32Variant.Bech32m)]
    [InlineData("?1v759aa", Bech32Variant.Bech32m)]
    public void Valid_text_of_bip173_and_bip350(string text, Bech32Variant expected)
    {
        Assert.True(Bech32.TryDecode(text, out string part, out byte[] values, out Bech32Variant variant, out _));
        Assert.Equal(expected, variant);
        Assert.Equal(text.ToLowerInvariant(), Bech32.Encode(part, values, variant));
    }

    [Theory]
    [InlineData(" 1nwldj5", "U+0020")]
    [InlineData("\u007f1axkwrx", "U+007F")]
    [InlineData("an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx", "at most 90")]
    [InlineData("pzry9x0s0muk", "human-readable")]
    [InlineData("1pzry9x0s0muk", "human-readable")]
    [InlineData("x1b4n0q5v", "'b'")]
    [InlineData("li1dgmt3", "six characters")]
    [InlineData("A1G7SGD8", "checksum")]
    [InlineData("10a06t8", "human-readable")]
    [InlineData("1qzzfhee", "human-readable")]
    [InlineData("a12uEl5l", "mixed")]
    [InlineData("", "human-readable")]
    public void Invalid_text_is_refused_with_its_reason(string text, string reason)
    {
        Assert.False(Bech32.TryDecode(text, out _, out _, out _, out FormatError error));
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_survive_regrouping() =>
        Gen.Byte.Array[0, 50].Sample(bytes => Assert.Equal(bytes, Bech32.ToBytes(Bech32.ToValues(bytes))));

    [Fact]
    public void Leftover_bits_must_be_few_and_zero()
    {
        Assert.Null(Bech32.ToBytes([0, 1]));
        Assert.Null(Bech32.ToBytes([0, 0, 0]));
        Assert.NotNull(Bech32.ToBytes([0, 0]));
    }
}
