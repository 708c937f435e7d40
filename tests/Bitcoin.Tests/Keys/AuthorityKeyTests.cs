using System.Text.Json;
using TestSupport;
using Xunit;

namespace Bitcoin.Tests.Keys;

public sealed class AuthorityKeyTests
{
    [Theory]
    [InlineData("mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n", "9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72")]
    [InlineData("zmBEmPhqo3A92FkiLVvyCz6htc3e53ph3ZbD4ASqGaLjwnFLi", "9bDuixKmZqAJnrmP746n8zU1wyAQRrus7th9dxnkPg6RzQvCnan")]
    public void Secret_and_public_key_belong_together(string secretText, string publicText)
    {
        Assert.True(AuthoritySecretKey.TryParse(secretText, out AuthoritySecretKey? secret, out _));
        Assert.True(AuthorityPublicKey.TryParse(publicText, out AuthorityPublicKey? key, out _));
        Assert.Equal(key, secret.PublicKey);
        Assert.Equal(publicText, key.ToString());
        Assert.Equal(secretText, secret.Reveal());
    }

    [Fact]
    public void Secret_does_not_print_itself()
    {
        const string Text = "mkDLTBBRxdBv998612qipDYoTK3YUrqLe8uWw7gu3iXbSrn2n";
        Assert.True(AuthoritySecretKey.TryParse(Text, out AuthoritySecretKey? secret, out _));
        Assert.Equal("(secret)", $"{secret}");
    }

    [Fact]
    public void Errors_about_a_secret_do_not_repeat_it()
    {
        Assert.False(AuthoritySecretKey.TryParse("2N934ytkJqYR7jGGr19kWei1X2PYJnK2Rt6ajAr5z8vd7T21n2", out _, out FormatError error));
        Assert.DoesNotContain("2N93", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "checksum")]
    [InlineData("JBEzaZqNthXWcV8xLrN748F1qDmFcqiVgEB74uUdBdUEokP55z4", "version 2")]
    [InlineData("13vbS5V4SHvniHBZ6eCWfFsHsw5JS173acz6QMyYDn44e3xargF", "version 256")]
    [InlineData("2N934ytkJqYR7jGGr19kWei1X2PYJnK2Rt6ajAr5z8vd7T21nJ", "looks like a secret key")]
    [InlineData("9adaAMuB9v8yX1mZ5PtoB6VFSCeqRGjASd8ZTM6VUkiHLnHWfDH", "point on secp256k1")]
    public void Refused_public_key_says_why(string text, string reason)
    {
        Assert.False(AuthorityPublicKey.TryParse(text, out AuthorityPublicKey? key, out FormatError error));
        Assert.Null(key);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("11111111111111111111111111111111273Yts", "is 0 or not below")]
    [InlineData("9bcRRCwCjnPY6UNQGTUJt2kmQ27RCZzLEc3YcZP8hskxUYBBc2j", "looks like a public key")]
    [InlineData("JvvwNVwfw3b1crgPRxTAtbDMPyJy911Kn7FSQytRj86fgbKc", "holds 31")]
    public void Refused_secret_key_says_why(string text, string reason)
    {
        Assert.False(AuthoritySecretKey.TryParse(text, out AuthoritySecretKey? key, out FormatError error));
        Assert.Null(key);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Reference_pairs_and_verdicts_hold()
    {
        Assert.SkipUnless(Vectors.Available, Vectors.MissingReason);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Vectors.TryPath("sri", "keys.json")!));
        foreach (JsonElement pair in document.RootElement.GetProperty("keys").EnumerateArray())
        {
            Secret_and_public_key_belong_together(
                pair.GetProperty("secret_base58check").GetString()!, pair.GetProperty("public_base58check").GetString()!);
            Assert.True(AuthoritySecretKey.TryCreate(
                Convert.FromHexString(pair.GetProperty("secret").GetString()!), out AuthoritySecretKey? secret));
            Assert.Equal(pair.GetProperty("public_xonly").GetString(), Convert.ToHexStringLower(secret.PublicKey.XOnly));
        }

        foreach (JsonElement entry in document.RootElement.GetProperty("strings").EnumerateArray())
        {
            string text = entry.GetProperty("string").GetString()!;
            string? key = null;
            bool isPublic = entry.GetProperty("kind").GetString() == "public";
            if (isPublic && AuthorityPublicKey.TryParse(text, out AuthorityPublicKey? publicKey, out _))
                key = Convert.ToHexStringLower(publicKey.XOnly);
            if (!isPublic && AuthoritySecretKey.TryParse(text, out AuthoritySecretKey? secret, out _))
                key = Convert.ToHexStringLower(secret.Bytes);
            JsonElement verdict = entry.GetProperty("verdict");
            string? expected = verdict.GetProperty("accepted").GetBoolean() ? verdict.GetProperty("key").GetString() : null;
            Assert.True(expected == key, entry.GetProperty("label").GetString());
        }
    }
}
