using CsCheck;
using Xunit;

namespace Bitcoin.Tests.Hashing;

public sealed class MerkleTests
{
    // Block 100,000 of the main chain, four transactions; hex as explorers show it (big-endian).
    private static readonly U256[] Txids =
    [
        FromText("8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87"),
        FromText("fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4"),
        FromText("6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4"),
        FromText("e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d"),
    ];

    private static readonly U256 Root = FromText("f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766");

    private static readonly Gen<U256> GenHash = Gen.Select(
        Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong, static (a, b, c, d) => new U256(a, b, c, d));

    [Fact]
    public void Root_of_block_100000()
    {
        Assert.Equal(Root, Merkle.Root(Txids));
        Assert.Equal(Root, Merkle.RootFromPath(Txids[0], Merkle.PathFromTxids(Txids.AsSpan(1))));
    }

    [Fact]
    public void Header_of_block_100000_hashes_to_its_id()
    {
        var header = new BlockHeader(
            1, FromText("000000000002d01c1fccc21636b607dfd930d31d01c3a62104612a1719011250"), Root, 1293623863, 0x1b04864c, 274148111);
        Assert.Equal("000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506", header.Hash().ToString());
        Assert.Equal(header, BlockHeader.Read(header.ToBytes()));
        Assert.True(header.Hash() <= CompactTarget.ToTarget(header.NBits));
    }

    [Fact]
    public void Path_leads_from_the_coinbase_to_the_root_whatever_the_number_of_transactions() =>
        GenHash.Array[1, 40].Sample(static leaves =>
            Assert.Equal(Merkle.Root(leaves), Merkle.RootFromPath(leaves[0], Merkle.PathFromTxids(leaves.AsSpan(1)))));

    [Fact]
    public void A_lone_coinbase_is_its_own_root()
    {
        Assert.Equal(Txids[0], Merkle.Root(Txids.AsSpan(0, 1)));
        Assert.Empty(Merkle.PathFromTxids([]));
        Assert.Equal(Txids[0], Merkle.RootFromPath(Txids[0], []));
        Assert.Equal(U256.Zero, Merkle.Root([]));
    }

    [Fact]
    public void Double_hash_of_nothing() =>
        Assert.Equal(
            "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456",
            Convert.ToHexStringLower(Sha256d.Hash([]).ToLittleEndian()));

    private static U256 FromText(string bigEndian)
    {
        byte[] bytes = Convert.FromHexString(bigEndian);
        Array.Reverse(bytes);
        return U256.FromLittleEndian(bytes);
    }
}
