using Bitcoin;
using JdClient.Core;
using Simulation.Engine;
using Sv2.Protocol;
using Sv2.Protocol.Mining;

namespace Simulation.Peers;

/// <summary>A job as a channel knows it.</summary>
internal sealed class MinerJob(uint id, Sv2Message message)
{
    public uint Id { get; } = id;

    public Sv2Message Message { get; } = message;

    public bool IsActive { get; set; } = MinTimeOf(message) is not null;

    /// <summary>The channel's target when it became active: a later SetTarget is for later jobs (spec 05, SetTarget).</summary>
    public U256 Target { get; set; }

    public uint Version { get; } = message is NewExtendedMiningJob extended ? extended.Version : ((NewMiningJob)message).Version;

    public uint? MinTime => MinTimeOf(Message);

    public bool MayRoll => Message is NewExtendedMiningJob { VersionRollingAllowed: true };

    /// <summary>The pool's jobs that it was compared with, and whether it is the same.</summary>
    public Dictionary<PoolJob, bool> Compared { get; } = [];

    /// <summary>Accepted shares that wait until a pool acknowledges the job.</summary>
    public List<Share> Waiting { get; } = [];

    private static uint? MinTimeOf(Sv2Message message) =>
        message is NewExtendedMiningJob extended ? extended.MinNTime : ((NewMiningJob)message).MinNTime;

    /// <summary>The merkle root for a full extranonce.</summary>
    public U256 Root(ReadOnlySpan<byte> extranonce)
    {
        if (Message is not NewExtendedMiningJob job)
            return ((NewMiningJob)Message).MerkleRoot;
        ReadOnlySpan<byte> prefix = job.CoinbaseTxPrefix.Span;
        ReadOnlySpan<byte> suffix = job.CoinbaseTxSuffix.Span;
        Span<byte> coinbase = stackalloc byte[prefix.Length + extranonce.Length + suffix.Length];
        prefix.CopyTo(coinbase);
        extranonce.CopyTo(coinbase[prefix.Length..]);
        suffix.CopyTo(coinbase[(prefix.Length + extranonce.Length)..]);
        return Merkle.RootFromPath(Sha256d.Hash(coinbase), job.MerklePath.AsSpan());
    }
}

/// <summary>A channel as its miner sees it.</summary>
internal sealed class Channel(uint id, uint group, bool isExtended, byte[] prefix, int rollable, U256 target)
{
    public uint Id { get; } = id;

    public uint Group { get; } = group;

    public bool IsExtended { get; } = isExtended;

    public byte[] Prefix { get; } = prefix;

    public int Rollable { get; } = rollable;

    public U256 Target { get; set; } = target;

    public Dictionary<uint, MinerJob> Jobs { get; } = [];

    public MinerJob? Active { get; set; }

    public SetNewPrevHash? PrevHash { get; set; }

    public bool IsClosed { get; set; }

    /// <summary>Submitted and accepted, not acknowledged yet.</summary>
    public Queue<(uint Sequence, DateTimeOffset At)> Unacknowledged { get; } = new();

    public Share? LastAccepted { get; set; }

    /// <summary>When a share was accepted last, or it opened.</summary>
    public DateTimeOffset SharesAt { get; set; }

    /// <summary>Nobody hashes on it.</summary>
    public bool IsIdle { get; set; }
}

/// <summary>What a share was meant to be.</summary>
internal enum ShareKind
{
    Good,
    Duplicate,
    UnknownJob,
    WrongSize,
}

/// <summary>A share on its way from a miner.</summary>
internal sealed record Share(Channel Channel, MinerJob Job, ShareKind Kind, U256 Hash, U256 PrevHash, uint Sequence, Sv2Message Message)
{
    /// <summary>The header's time.</summary>
    public uint NTime => Message is SubmitSharesStandard standard ? standard.NTime : ((SubmitSharesExtended)Message).NTime;

    /// <summary>It is a block.</summary>
    public bool IsBlock => Hash <= Chain.NetworkTarget;
}

/// <summary>A downstream connection with its channels.</summary>
internal sealed class Miner(SessionId session, bool standardJobs)
{
    private uint _sequence;
    private uint _request;

    public SessionId Session { get; } = session;

    public bool RequiresStandardJobs { get; } = standardJobs;

    /// <summary>It broke the protocol and may be closed.</summary>
    public bool IsGuilty { get; set; }

    public bool IsClosed { get; set; }

    public Dictionary<uint, Channel> Channels { get; } = [];

    public int PendingOpens { get; set; }

    public DateTimeOffset LastArrival { get; set; }

    public uint NewRequest() => ++_request;

    /// <summary>Searches a share; null when none was found soon.</summary>
    public Share? Mine(Channel channel, Rng rng)
    {
        const int MostHashes = 64;
        if (channel.Active is not { } active || channel.PrevHash is not { } prevHash)
            return null;
        MinerJob job = rng.Chance(0.1) ? rng.Pick([.. channel.Jobs.Values]) : active;
        if (!job.IsActive)
            job = active;
        Span<byte> extranonce = stackalloc byte[channel.Prefix.Length + channel.Rollable];
        channel.Prefix.CopyTo(extranonce);
        for (int i = channel.Prefix.Length; i < extranonce.Length; i++)
            extranonce[i] = (byte)rng.Next();
        U256 root = job.Root(extranonce);
        uint version = job.MayRoll && rng.Chance(0.5) ? job.Version ^ ((uint)rng.Next() & 0x1fffe000) : job.Version;
        uint time = Math.Max(job.MinTime.GetValueOrDefault(), prevHash.MinNTime) + (uint)rng.Below(5);
        for (int i = 0; i < MostHashes; i++)
        {
            uint nonce = (uint)rng.Next();
            U256 hash = new BlockHeader(version, prevHash.PrevHash, root, time, prevHash.NBits, nonce).Hash();
            if (hash <= job.Target)
            {
                byte[] rolled = extranonce[channel.Prefix.Length..].ToArray();
                Sv2Message message = channel.IsExtended
                    ? new SubmitSharesExtended(channel.Id, ++_sequence, job.Id, nonce, time, version, rolled)
                    : new SubmitSharesStandard(channel.Id, ++_sequence, job.Id, nonce, time, version);
                return new Share(channel, job, ShareKind.Good, hash, prevHash.PrevHash, _sequence, message);
            }
        }

        return null;
    }

    /// <summary>A share that must be refused.</summary>
    public Share? Spoil(Share good, Rng rng)
    {
        Share? share = rng.Below(3) switch
        {
            0 => good.Channel.LastAccepted is { } last ? last with { Kind = ShareKind.Duplicate } : null,
            1 => good with { Kind = ShareKind.UnknownJob },
            _ => good.Channel.IsExtended ? good with { Kind = ShareKind.WrongSize } : null,
        };
        if (share is null)
            return null;
        uint sequence = ++_sequence;
        Sv2Message message = (share.Message, share.Kind) switch
        {
            (SubmitSharesExtended extended, ShareKind.Duplicate) => extended with { SequenceNumber = sequence },
            (SubmitSharesExtended extended, ShareKind.UnknownJob) => extended with { SequenceNumber = sequence, JobId = uint.MaxValue },
            (SubmitSharesExtended extended, _) => extended with { SequenceNumber = sequence, Extranonce = TooLong(extended) },
            (SubmitSharesStandard standard, ShareKind.Duplicate) => standard with { SequenceNumber = sequence },
            (SubmitSharesStandard standard, _) => standard with { SequenceNumber = sequence, JobId = uint.MaxValue },
            _ => throw new InvalidOperationException("not a share"),
        };
        return share with { Sequence = sequence, Message = message };

        static byte[] TooLong(SubmitSharesExtended extended) => new byte[extended.Extranonce.Length + 1];
    }

    /// <summary>Takes a message of the core; throws when it cannot be followed.</summary>
    public void Receive(Sv2Message message)
    {
        switch (message)
        {
            case NewExtendedMiningJob job:
                Each(job.ChannelId, job, static (channel, taken) => Take(channel, ((NewExtendedMiningJob)taken).JobId, taken));
                break;
            case NewMiningJob job:
                Each(job.ChannelId, job, static (channel, taken) => Take(channel, ((NewMiningJob)taken).JobId, taken));
                break;
            case SetNewPrevHash prevHash:
                Each(prevHash.ChannelId, prevHash, static (channel, taken) => Activate(channel, (SetNewPrevHash)taken));
                break;
            case SetTarget target:
                BrokenPromise.Unless(Channels.ContainsKey(target.ChannelId), "work can be followed", "SetTarget for an unknown channel");
                Channels[target.ChannelId].Target = target.MaximumTarget;
                break;
        }
    }

    private void Each(uint id, Sv2Message message, Action<Channel, Sv2Message> act)
    {
        if (Channels.TryGetValue(id, out Channel? single))
        {
            act(single, message);
            return;
        }

        bool any = false;
        foreach (Channel channel in Channels.Values)
        {
            if (channel.Group != id)
                continue;
            act(channel, message);
            any = true;
        }

        BrokenPromise.Unless(any, "work can be followed", $"{message.GetType().Name} for unknown channel {id}");
    }

    private static void Take(Channel channel, uint id, Sv2Message message)
    {
        BrokenPromise.Unless(
            channel.IsExtended ? message is NewExtendedMiningJob : true, "work can be followed", "a standard job on an extended channel");
        var job = new MinerJob(id, message);
        BrokenPromise.Unless(channel.Jobs.TryAdd(id, job), "work can be followed", $"job id {id} again on channel {channel.Id}");
        if (!job.IsActive)
            return;
        BrokenPromise.Unless(channel.PrevHash is not null, "work can be followed", "an active job before any prev-hash");
        job.Target = channel.Target;
        channel.Active = job;
    }

    private static void Activate(Channel channel, SetNewPrevHash prevHash)
    {
        BrokenPromise.Unless(
            channel.Jobs.TryGetValue(prevHash.JobId, out MinerJob? job) && !job.IsActive,
            "work can be followed",
            $"SetNewPrevHash names {prevHash.JobId}, no future job of channel {channel.Id}");
        channel.Jobs.Clear();
        channel.Jobs.Add(prevHash.JobId, job!);
        job!.IsActive = true;
        job.Target = channel.Target;
        channel.PrevHash = prevHash;
        channel.Active = job;
    }
}
