using Bitcoin.Cryptography;
using Xunit;

namespace Sv2.Noise.Tests;

public sealed class CertificateTests
{
    private const uint From = 1_800_000_000;
    private const uint Until = 1_800_003_600;

    private static readonly byte[] AuthorityKey = PublicKey(1);
    private static readonly byte[] StaticKey = PublicKey(2);

    [Theory]
    [InlineData(From - 11L, NoiseError.CertificateNotYetValid, 11)]
    [InlineData(From - 10L, NoiseError.None, 0)]
    [InlineData(From, NoiseError.None, 0)]
    [InlineData(Until, NoiseError.None, 0)]
    [InlineData(Until + 10L, NoiseError.None, 0)]
    [InlineData(Until + 11L, NoiseError.CertificateExpired, 11)]
    [InlineData(Until + 86_400L, NoiseError.CertificateExpired, 86_400)]
    [InlineData(0, NoiseError.CertificateNotYetValid, From)]
    public void Times_have_ten_seconds_of_leeway_and_name_the_skew(long now, NoiseError expected, long skew)
    {
        NoiseFailure failure = Certificate().Verify(StaticKey, AuthorityKey, now);
        Assert.Equal(new NoiseFailure(expected, skew), failure);
        if (expected != NoiseError.None)
            Assert.Contains($" {skew} s ", failure.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u, 5u, 0)]
    [InlineData(uint.MaxValue - 5, uint.MaxValue, uint.MaxValue)]
    public void Times_at_the_ends_of_the_range_do_not_wrap(uint from, uint until, long now)
    {
        NoiseCertificate certificate = NoiseCertificate.Create(Keys.Secret(1), StaticKey, from, until, new byte[32]);
        Assert.Equal(default, certificate.Verify(StaticKey, AuthorityKey, now));
        Assert.Equal(NoiseError.CertificateExpired, certificate.Verify(StaticKey, AuthorityKey, until + 11L).Error);
    }

    [Fact]
    public void A_changed_bit_anywhere_breaks_the_certificate()
    {
        byte[] message = Certificate().Message.ToArray();
        for (int i = 0; i < message.Length; i++)
        {
            byte[] tampered = [.. message];
            tampered[i] ^= 1;
            NoiseError expected = i < 2 ? NoiseError.UnsupportedCertificateVersion : NoiseError.InvalidCertificateSignature;
            Assert.Equal(expected, NoiseCertificate.Parse(tampered).Verify(StaticKey, AuthorityKey, From).Error);
        }

        for (int i = 0; i < 32; i++)
        {
            byte[] otherStatic = [.. StaticKey], otherAuthority = [.. AuthorityKey];
            otherStatic[i] ^= 1;
            otherAuthority[i] ^= 1;
            Assert.Equal(NoiseError.InvalidCertificateSignature, Certificate().Verify(otherStatic, AuthorityKey, From).Error);
            Assert.Equal(NoiseError.InvalidCertificateSignature, Certificate().Verify(StaticKey, otherAuthority, From).Error);
        }
    }

    [Fact]
    public void Wire_form_is_version_times_and_signature_in_little_endian()
    {
        NoiseCertificate certificate = Certificate();
        Assert.Equal("000000d2496b10e0496b", Convert.ToHexStringLower(certificate.Message[..10]));
        Assert.Equal(74, certificate.Message.Length);
        Assert.Equal((0, From, Until), (certificate.Version, certificate.ValidFrom, certificate.NotValidAfter));
        Assert.Equal(certificate.Message[10..], certificate.Signature);
    }

    [Fact]
    public void Expired_and_forged_is_forged() =>
        Assert.Equal(NoiseError.InvalidCertificateSignature, Certificate().Verify(StaticKey, StaticKey, Until + 1000).Error);

    [Fact]
    public void Identity_reuses_a_certificate_until_half_of_its_time_is_over()
    {
        using NoiseResponderIdentity identity = Keys.Identity(validity: 1000);
        NoiseCertificate first = identity.CertificateAt(From, Zeros);
        Assert.Equal((From, From + 1000), (first.ValidFrom, first.NotValidAfter));
        Assert.Same(first, identity.CertificateAt(From + 500, Zeros));
        NoiseCertificate second = identity.CertificateAt(From + 501, Zeros);
        Assert.Equal((From + 501, From + 1501), (second.ValidFrom, second.NotValidAfter));
        Assert.Equal(default, second.Verify(StaticKey, identity.AuthorityKey, From + 501));
        Assert.Same(second, identity.CertificateAt(From + 600, Zeros));
    }

    [Fact]
    public void Identity_signs_once_for_connections_that_begin_together()
    {
        using NoiseResponderIdentity identity = Keys.Identity(validity: 1000);
        int signed = 0;
        var certificates = new NoiseCertificate[64];
        Parallel.For(0, certificates.Length, i => certificates[i] = identity.CertificateAt(From, destination =>
        {
            Interlocked.Increment(ref signed);
            destination.Clear();
        }));
        Assert.Equal(1, signed);
        Assert.All(certificates, certificate => Assert.Same(certificates[0], certificate));
    }

    [Fact]
    public void Identity_renews_when_the_clock_was_set_back()
    {
        using NoiseResponderIdentity identity = Keys.Identity(validity: 1000);
        _ = identity.CertificateAt(From, Zeros);
        Assert.Equal(From - 100, identity.CertificateAt(From - 100, Zeros).ValidFrom);
    }

    [Fact]
    public void Identity_at_the_end_of_the_range_does_not_wrap()
    {
        using NoiseResponderIdentity identity = Keys.Identity(validity: uint.MaxValue);
        NoiseCertificate certificate = identity.CertificateAt(From, Zeros);
        Assert.Equal((From, uint.MaxValue), (certificate.ValidFrom, certificate.NotValidAfter));
    }

    [Fact]
    public void Invalid_authority_secret_is_a_bug()
    {
        using EllSwiftKeyPair pair = Keys.Pair(Keys.Secret(2));
        Assert.Throws<ArgumentException>(() => new NoiseResponderIdentity(new byte[32], pair, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NoiseResponderIdentity(Keys.Secret(1), pair, 0));
    }

    private static void Zeros(Span<byte> destination) => destination.Clear();

    private static NoiseCertificate Certificate() => NoiseCertificate.Create(Keys.Secret(1), StaticKey, From, Until, new byte[32]);

    private static byte[] PublicKey(byte seed)
    {
        byte[] key = new byte[32];
        Assert.True(Secp256k1.TryXOnlyPublicKey(Keys.Secret(seed), key));
        return key;
    }
}
