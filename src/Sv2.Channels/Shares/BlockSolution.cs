using Bitcoin;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.TemplateDistribution;

namespace Sv2.Channels;

/// <summary>A block: what was mined and the coinbase that belongs to it, which has been checked against the header.</summary>
/// <param name="Job">The job that was mined.</param>
/// <param name="Header">The header.</param>
/// <param name="Hash">The header's hash.</param>
/// <param name="FullExtranonce">Upstream prefix, padding, local prefix and rollable part.</param>
/// <param name="Coinbase">The serialized coinbase with witness.</param>
public sealed record BlockSolution(
    Job Job, BlockHeader Header, U256 Hash, ReadOnlyMemory<byte> FullExtranonce, ReadOnlyMemory<byte> Coinbase)
{
    /// <summary>
    /// Rebuilds the coinbase from the job and checks, through its serialized form, that the header's merkle root is its
    /// own. Null when it is not: then the share was not mined on this job, and what we would publish is no block.
    /// </summary>
    public static BlockSolution? TryCreate(Job job, in BlockHeader header, U256 hash, ReadOnlySpan<byte> downstreamExtranonce)
    {
        byte[] extranonce = job.Coinbase.ToFull(downstreamExtranonce);
        byte[] coinbase = job.Coinbase.ToTransaction(extranonce);
        if (!Transaction.TryParse(coinbase, out Transaction? transaction, out _))
            return null;
        U256 root = Merkle.RootFromPath(transaction.ComputeTxid(), job.MerklePath.AsSpan());
        return root == header.MerkleRoot ? new BlockSolution(job, header, hash, extranonce, coinbase) : null;
    }

    /// <summary>For a template provider that knows the template.</summary>
    public SubmitSolution ToSubmitSolution() => new(Job.TemplateId, Header.Version, Header.Time, Header.Nonce, Coinbase);

    /// <summary>For the job declarator that knows the declared job; prev-hash and nBits are those that were mined.</summary>
    public PushSolution ToPushSolution() => new(FullExtranonce, Header.PrevHash, Header.Nonce, Header.Time, Header.NBits, Header.Version);
}
