using System.Globalization;
using System.Text.Json;
using CsCheck;
using TestSupport;
using Xunit;

namespace Bitcoin.Tests.Work;

public sealed class CompactTargetTests
{
    // Bitcoin's rule (Bitcoin Core, arith_uint256::SetCompact with its negative and overflow flags) refuses these; the
    // reference's library gives a number. We follow Bitcoin: such a header is never a block.
    private static readonly HashSet<uint> RefusedByBitcoinOnly =
    [
        0x2200ffff, // 264 bits: the reference drops the highest byte
        0x23000001, // 2^256: its shift wraps to 1
        0xff123456, // its shift wraps to 2^224 × 0x123456
        0x01800000, // sign bit without a mantissa: it reads the sign bit as 0x80
    ];

    [Theory]
    [InlineData(0x1d00ffffu, "00000000ffff0000000000000000000000000000000000000000000000000000")]
    [InlineData(0x207fffffu, "7fffff0000000000000000000000000000000000000000000000000000000000")]
    [InlineData(0x1703a30cu, "00000000000000000003a30c0000000000000000000000000000000000000000")]
    [InlineData(0x02123456u, "0000000000000000000000000000000000000000000000000000000000001234")]
    [InlineData(0x220000ffu, "ff00000000000000000000000000000000000000000000000000000000000000")]
    public void Target_of_nbits(uint nBits, string target) => Assert.Equal(target, CompactTarget.ToTarget(nBits).ToString());

    [Theory]
    [InlineData(0u)]
    [InlineData(0x04923456u)] // negative
    [InlineData(0x1d80ffffu)] // negative
    [InlineData(0x01003456u)] // the mantissa is shifted out
    [InlineData(0x2200ffffu)]
    [InlineData(0x21010000u)]
    [InlineData(0x23000001u)]
    [InlineData(0xff123456u)]
    public void Forms_that_no_block_may_have_give_a_target_that_no_hash_meets(uint nBits) =>
        Assert.Equal(U256.Zero, CompactTarget.ToTarget(nBits));

    [Fact]
    public void Compact_form_keeps_the_highest_bytes_and_never_rounds_up() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong, Gen.Int[0, 255]).Sample(static (a, b, c, d, shift) =>
        {
            U256 target = new U256(a, b, c, d) >> shift;
            U256 back = CompactTarget.ToTarget(CompactTarget.FromTarget(target));
            Assert.True(back <= target);
            Assert.True(U256.SaturatingSubtract(target, back) <= target >> 15);
            Assert.Equal(CompactTarget.FromTarget(target), CompactTarget.FromTarget(back));
        });

    [Fact]
    public void Reference_vectors()
    {
        if (Vectors.TryPath("sri", "targets.json") is not { } path)
        {
            Assert.Skip(Vectors.MissingReason);
            return;
        }

        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        int cases = 0;
        foreach (JsonElement vector in file.RootElement.GetProperty("nbits").EnumerateArray())
        {
            cases++;
            uint nBits = uint.Parse(vector.GetProperty("nbits_hex").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            U256 reference = U256.FromLittleEndian(Convert.FromHexString(vector.GetProperty("target").GetString()!));
            Assert.Equal(vector.GetProperty("back_to_nbits").GetUInt32(), CompactTarget.FromTarget(reference));
            Assert.Equal(Float(vector.GetProperty("difficulty")), Difficulty.Of(reference));
            Assert.Equal(RefusedByBitcoinOnly.Contains(nBits) ? U256.Zero : reference, CompactTarget.ToTarget(nBits));
        }

        Assert.Equal(32, cases);
    }

    private static double Float(JsonElement value) => BitConverter.UInt64BitsToDouble(
        ulong.Parse(value.GetProperty("bits").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
