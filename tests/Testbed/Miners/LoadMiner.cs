using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Mining;
using Testbed.Net;

namespace Testbed.Miners;

/// <summary>What a load miner tells the one who measures; called on its connection's read loop.</summary>
internal interface ILoadObserver
{
    void OnWork(LoadMiner miner);

    void OnPrevHash(LoadMiner miner, U256 prevHash);

    void OnPresentJob(LoadMiner miner);

    void OnRefused(LoadMiner miner, string code);

    void OnEnded(LoadMiner miner, string reason);
}

/// <summary>
/// A connection with one extended channel and no hashing of its own: it sends a share when it is told to. For thousands.
/// </summary>
internal sealed class LoadMiner(int index, ServerAddress server, ILoadObserver observer, TimeProvider time) : Session
{
    private readonly Lock _lock = new();
    private readonly MinerChannel _channel = new(ChannelKind.Extended, 1, $"load.{index}", new Random(index));
    private bool _working;

    /// <summary>Whether it has ever had work.</summary>
    public bool HasWork => _working;

    public override void OnConnected() =>
        Peer.Send(Setup.Request(Setup.Mining, 0b100, server.Host, (ushort)server.Port, "load"));

    public override void OnMessage(Sv2Message message)
    {
        lock (_lock)
            Handle(message);
    }

    public override void OnEnded(string reason) => observer.OnEnded(this, reason);

    /// <summary>Sends a share; its hash, or null when there is no work or the target is not easy.</summary>
    public U256? SendShare(Action<U256> beforeSending)
    {
        lock (_lock)
        {
            var now = (uint)time.GetUtcNow().ToUnixTimeSeconds();
            if (_channel.Id is not { } id || !_channel.Hash(256, now, out FoundShare share))
                return null;
            beforeSending(share.Hash);
            Peer.Send(new SubmitSharesExtended(
                id, _channel.NextSequenceNumber(), share.Job.Id, share.Header.Nonce, share.Header.Time, share.Header.Version,
                    share.Extranonce));
            return share.Hash;
        }
    }

    private void Handle(Sv2Message message)
    {
        var now = new Moment((uint)time.GetUtcNow().ToUnixTimeSeconds(), time.GetTimestamp());
        switch (message)
        {
            case SetupConnectionSuccess:
                Peer.Send(new OpenExtendedMiningChannel(1, _channel.UserIdentity, 1, U256.MaxValue, 4));
                break;
            case OpenExtendedMiningChannelSuccess success:
                (_channel.Id, _channel.GroupId, _channel.Target) = (success.ChannelId, success.GroupChannelId, success.Target);
                (_channel.ExtranoncePrefix, _channel.ExtranonceSize) = (success.ExtranoncePrefix.ToArray(), success.ExtranonceSize);
                break;
            case NewExtendedMiningJob job:
                if (job.MinNTime is not null)
                    observer.OnPresentJob(this);
                _channel.Take(new MinerJob(job, _channel.ExtranoncePrefix), now);
                break;
            case SetNewPrevHash prevHash:
                observer.OnPrevHash(this, prevHash.PrevHash);
                _channel.TakePrevHash(prevHash.JobId, prevHash.PrevHash, prevHash.NBits, prevHash.MinNTime, now);
                break;
            case SetTarget target:
                _channel.Target = target.MaximumTarget;
                break;
            case SubmitSharesError error:
                observer.OnRefused(this, error.ErrorCode);
                break;
            case OpenMiningChannelError error:
                Peer.Close(error.ErrorCode);
                break;
            default:
                break;
        }

        if (_working || _channel.Active is null)
            return;
        _working = true;
        observer.OnWork(this);
    }
}
