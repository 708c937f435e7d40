using System.Security.Cryptography;
using Xunit;

namespace Bitcoin.Tests.Hashing;

public sealed class Sha256dTests
{
    [Fact]
    public void Hash_of_every_length_around_a_block_and_of_long_data_is_the_framework_s_hash_twice()
    {
        byte[] data = new byte[100_000];
        new Random(1).NextBytes(data);
        foreach (int length in (int[])[.. Enumerable.Range(0, 200), 1023, 1024, 1025, data.Length])
        {
            byte[] expected = SHA256.HashData(SHA256.HashData(data.AsSpan(0, length)));

            var hash = new byte[Sha256d.Size];
            Sha256d.Hash(data.AsSpan(0, length), hash);

            Assert.Equal(expected, hash);
        }
    }

    [Fact]
    public void Hash_may_overwrite_what_is_hashed()
    {
        byte[] data = new byte[64];
        byte[] expected = SHA256.HashData(SHA256.HashData(data));

        Sha256d.Hash(data, data.AsSpan(0, Sha256d.Size));

        Assert.Equal(expected, data[..Sha256d.Size]);
    }
}
