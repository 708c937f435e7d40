using Bitcoin;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Mining;

namespace JdClient.Core.Tests.Harness;

/// <summary>A channel as the miner sees it.</summary>
public sealed class MinerView(uint id, bool extended, byte[] prefix, int rollable, U256 target)
{
    public uint Id { get; } = id;

    public bool Extended { get; } = extended;

    public byte[] Prefix { get; } = prefix;

    public int Rollable { get; } = rollable;

    public U256 Target { get; set; } = target;

    public Dictionary<uint, Sv2Message> Jobs { get; } = [];

    /// <summary>The target of each job: the one in force when it became active (spec 05, SetTarget).</summary>
    public Dictionary<uint, U256> JobTargets { get; } = [];

    public uint? ActiveJob { get; set; }

    public SetNewPrevHash? PrevHash { get; set; }
}

/// <summary>A downstream that keeps to the protocol and follows its work; it throws when it gets work it cannot follow.</summary>
public sealed class FakeMiner(CoreHarness harness, SessionId session, bool standardJobs)
{
    private const uint MostHashes = 2_000_000;

    private uint _requests;
    private uint _sequence;
    private uint _nonce;

    public SessionId Session { get; } = session;

    public bool RequiresStandardJobs { get; } = standardJobs;

    public string? ClosedBecause { get; private set; }

    public Dictionary<uint, MinerView> Channels { get; } = [];

    public List<Sv2Message> Received { get; } = [];

    public MinerView Channel => Channels.Values.First();

    public void Send(Sv2Message message) => harness.On(new CoreEvent.MinerMessage(Session, message));

    public void SetUp() =>
        Send(new SetupConnection(0, 2, 2, (RequiresStandardJobs ? 1u : 0u) | 0b100, "host", 1, "vendor", "hw", "fw", "id"));

    public void Close() => harness.On(new CoreEvent.MinerClosed(Session, "left"));

    public MinerView? OpenExtended(ushort minSize = 0, float hashRate = 0, string user = "worker")
    {
        Send(new OpenExtendedMiningChannel(++_requests, user, hashRate, U256.MaxValue, minSize));
        return Channels.Values.LastOrDefault();
    }

    public MinerView? OpenStandard(float hashRate = 0, string user = "worker")
    {
        Send(new OpenStandardMiningChannel(++_requests, user, hashRate, U256.MaxValue));
        return Channels.Values.LastOrDefault();
    }

    public void CloseByCore(string reason) => ClosedBecause = reason;

    public void Receive(Sv2Message message)
    {
        Received.Add(message);
        switch (message)
        {
            case OpenExtendedMiningChannelSuccess success:
                Channels.Add(success.ChannelId, new MinerView(
                    success.ChannelId, true, success.ExtranoncePrefix.ToArray(), success.ExtranonceSize, success.Target));
                break;
            case OpenStandardMiningChannelSuccess success:
                Channels.Add(success.ChannelId, new MinerView(
                    success.ChannelId, false, success.ExtranoncePrefix.ToArray(), 0, success.Target));
                break;
            case NewExtendedMiningJob job:
                ForEach(job.ChannelId, channel => Take(channel, job.JobId, job, job.MinNTime));
                break;
            case NewMiningJob job:
                ForEach(job.ChannelId, channel => Take(channel, job.JobId, job, job.MinNTime));
                break;
            case SetNewPrevHash prevHash:
                ForEach(prevHash.ChannelId, channel => Activate(channel, prevHash));
                break;
            case SetTarget target:
                Channels[target.ChannelId].Target = target.MaximumTarget;
                break;
        }
    }

    /// <summary>Searches a share of the channel's active work and submits it.</summary>
    /// <returns>The share's sequence number.</returns>
    public uint Mine(
        MinerView? view = null,
        bool block = false,
        uint? jobId = null,
        Func<SubmitSharesExtended, SubmitSharesExtended>? change = null)
    {
        MinerView channel = view ?? Channel;
        uint job = jobId ?? channel.ActiveJob ?? throw new InvalidOperationException("the channel has no work");
        SetNewPrevHash prevHash = channel.PrevHash!;
        uint sequence = ++_sequence;
        harness.Tick();
        var extranonce = new byte[channel.Rollable];
        if (extranonce.Length > 0)
            BitConverter.TryWriteBytes(extranonce, sequence);
        U256 root = MerkleRoot(channel, channel.Jobs[job], extranonce);
        uint version = VersionOf(channel.Jobs[job]);
        uint nTime = Math.Max(prevHash.MinNTime, MinNTimeOf(channel.Jobs[job]));
        U256 target = channel.JobTargets[job];
        U256 network = CompactTarget.ToTarget(prevHash.NBits);
        uint nonce = _nonce;
        for (uint last = nonce + MostHashes; ; nonce++)
        {
            if (nonce == last)
                throw new InvalidOperationException("no share within a reasonable time");
            U256 hash = new BlockHeader(version, prevHash.PrevHash, root, nTime, prevHash.NBits, nonce).Hash();
            if (block ? hash <= network : hash <= target && hash > network)
                break;
        }

        _nonce = nonce + 1;
        if (channel.Extended)
        {
            var share = new SubmitSharesExtended(channel.Id, sequence, job, nonce, nTime, version, extranonce);
            Send(change is null ? share : change(share));
        }
        else
        {
            Send(new SubmitSharesStandard(channel.Id, sequence, job, nonce, nTime, version));
        }

        return sequence;
    }

    /// <summary>The coinbase that a channel's job leads to, without witness.</summary>
    public static byte[] Coinbase(MinerView channel, NewExtendedMiningJob job, ReadOnlySpan<byte> extranonce) =>
        [.. job.CoinbaseTxPrefix.Span, .. channel.Prefix, .. extranonce, .. job.CoinbaseTxSuffix.Span];

    public static U256 MerkleRoot(MinerView channel, Sv2Message job, ReadOnlySpan<byte> extranonce) => job is NewExtendedMiningJob extended
        ? Merkle.RootFromPath(Sha256d.Hash(Coinbase(channel, extended, extranonce)), extended.MerklePath.AsSpan())
        : ((NewMiningJob)job).MerkleRoot;

    private static uint VersionOf(Sv2Message job) => job is NewExtendedMiningJob extended ? extended.Version : ((NewMiningJob)job).Version;

    private static uint MinNTimeOf(Sv2Message job) =>
        (job is NewExtendedMiningJob extended ? extended.MinNTime : ((NewMiningJob)job).MinNTime).GetValueOrDefault();

    private void ForEach(uint id, Action<MinerView> act)
    {
        if (id != 1)
        {
            act(Channels[id]);
            return;
        }

        foreach (MinerView channel in Channels.Values)
            act(channel);
    }

    private static void Take(MinerView channel, uint id, Sv2Message job, uint? minNTime)
    {
        if (!channel.Jobs.TryAdd(id, job))
            throw new InvalidOperationException($"job id {id} was used before on channel {channel.Id}");
        if (minNTime is null)
            return;
        if (channel.PrevHash is null)
            throw new InvalidOperationException("an active job before any prev-hash");
        channel.ActiveJob = id;
        channel.JobTargets[id] = channel.Target;
    }

    private static void Activate(MinerView channel, SetNewPrevHash prevHash)
    {
        if (!channel.Jobs.TryGetValue(prevHash.JobId, out Sv2Message? job)
            || (job as NewExtendedMiningJob)?.MinNTime is not null
            || (job as NewMiningJob)?.MinNTime is not null)
        {
            throw new InvalidOperationException($"SetNewPrevHash names {prevHash.JobId}, no future job of channel {channel.Id}");
        }

        Sv2Message named = channel.Jobs[prevHash.JobId];
        channel.Jobs.Clear();
        channel.Jobs.Add(prevHash.JobId, named);
        channel.PrevHash = prevHash;
        channel.ActiveJob = prevHash.JobId;
        channel.JobTargets[prevHash.JobId] = channel.Target;
    }
}
