using System.Text.Json;
using CsCheck;
using TestSupport;
using Xunit;

namespace Bitcoin.Tests.Encoding;

public sealed class Base58Tests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("61", "2g")]
    [InlineData("73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2")]
    [InlineData("00eb15231dfceb60925886b67d065299925915aeb172c06647", "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L")]
    [InlineData("00000000000000000000", "1111111111")]
    public void Bytes_and_text_belong_together(string hex, string text)
    {
        Assert.Equal(text, Base58.Encode(Convert.FromHexString(hex)));
        Assert.True(Base58.TryDecode(text, out byte[] bytes, out _));
        Assert.Equal(hex, Convert.ToHexStringLower(bytes), ignoreCase: true);
    }

    [Fact]
    public void Bitcoin_cores_vectors_hold()
    {
        Assert.SkipUnless(Vectors.Available, Vectors.MissingReason);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Vectors.TryPath("bitcoin", "base58_encode_decode.json")!));
        Assert.NotEqual(0, document.RootElement.GetArrayLength());
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
            Bytes_and_text_belong_together(entry[0].GetString()!, entry[1].GetString()!);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("2g ", 2)]
    [InlineData("2gO", 2)]
    [InlineData("1I", 1)]
    [InlineData("2l", 1)]
    [InlineData("2\u00fc", 1)]
    public void Other_characters_are_refused_where_they_stand(string text, int position)
    {
        Assert.False(Base58.TryDecode(text, out byte[] bytes, out FormatError error));
        Assert.Empty(bytes);
        Assert.Equal(position, error.Position);
    }

    [Fact]
    public void Overlong_text_is_refused() => Assert.False(Base58.TryDecode(new string('z', Base58.MaxTextLength + 1), out _, out _));

    [Fact]
    public void Longest_text_decodes()
    {
        string text = new('z', Base58.MaxTextLength);
        Assert.True(Base58.TryDecode(text, out byte[] bytes, out _));
        Assert.Equal(text, Base58.Encode(bytes));
    }

    [Fact]
    public void Any_bytes_survive_the_way_there_and_back() => Gen.Byte.Array[0, 80].Sample(
        bytes =>
        {
            Assert.True(Base58Check.TryDecode(Base58Check.Encode(bytes), out byte[] decoded, out _));
            Assert.Equal(bytes, decoded);
        },
        iter: 500);

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1111")]
    [InlineData("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3")]
    public void Missing_or_wrong_checksum_is_refused(string text)
    {
        Assert.False(Base58Check.TryDecode(text, out byte[] payload, out FormatError error));
        Assert.Empty(payload);
        Assert.Contains("checksum", error.Reason, StringComparison.Ordinal);
    }
}
