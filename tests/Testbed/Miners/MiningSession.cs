using System.Collections.Immutable;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using Testbed.Net;

namespace Testbed.Miners;

/// <summary>One connection of a mining device. Read loop and hashing share its lock.</summary>
internal sealed partial class MiningSession : Session
{
    private const uint RequiresStandardJobs = 1;
    private const uint RequiresVersionRolling = 4;

    private readonly Lock _lock = new();
    private readonly MiningDevice _device;
    private readonly MiningDeviceOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly List<MinerChannel> _channels = [];
    private ITimer? _hashing;
    private bool _setUp;
    private bool _ended;
    private bool _namesWorkers;

    public MiningSession(MiningDevice device, MiningDeviceOptions options, TimeProvider time, Random random)
    {
        (_device, _options, _time, _random) = (device, options, time, random);
    }

    public override void OnConnected()
    {
        _device.Update(counters => counters with { Connections = counters.Connections + 1 });
        uint flags = RequiresVersionRolling | (_options.RequiresStandardJobs ? RequiresStandardJobs : 0);
        Peer.Send(Setup.Request(Setup.Mining, flags, _options.Server.Host, (ushort)_options.Server.Port, _options.UserIdentity));
    }

    public override void OnMessage(Sv2Message message)
    {
        lock (_lock)
        {
            if (!_setUp)
                SetUp(message);
            else
                Handle(message);
            NoteWork();
        }
    }

    public override void OnEnded(string reason)
    {
        lock (_lock)
        {
            _ended = true;
            _hashing?.Dispose();
        }
    }

    private void SetUp(Sv2Message message)
    {
        if (message is not SetupConnectionSuccess)
        {
            _device.Violation(message is SetupConnectionError error ? $"set-up refused: {error.ErrorCode}"
                : $"{message.GetType().Name} before set-up");
            Peer.Close("not set up");
            return;
        }

        _setUp = true;
        if (_options.Extensions.IsEmpty)
            OpenChannels();
        else
            Peer.Send(new RequestExtensions(1, _options.Extensions));
    }

    private void OpenChannels()
    {
        _hashing = _time.CreateTimer(_ => HashTick(), null, _options.Tick, _options.Tick);
        float hashRate = (float)((_options.AnnouncedHashRate ?? _options.HashRate) / _options.Channels.Length);
        for (int i = 0; i < _options.Channels.Length; i++)
        {
            string identity = i == 0 ? _options.UserIdentity : $"{_options.UserIdentity}.{i + 1}";
            var channel = new MinerChannel(_options.Channels[i], (uint)(i + 1), identity, _random);
            _channels.Add(channel);
            Peer.Send(channel.Kind == ChannelKind.Standard
                ? new OpenStandardMiningChannel(channel.RequestId, identity, hashRate, _options.MaxTarget)
                : new OpenExtendedMiningChannel(channel.RequestId, identity, hashRate, _options.MaxTarget, _options.MinExtranonceSize));
        }
    }

    private void Handle(Sv2Message message)
    {
        switch (message)
        {
            case RequestExtensionsSuccess success:
                _namesWorkers = success.SupportedExtensions.Contains(ExtensionTypes.WorkerHashrateTracking);
                OpenChannels();
                break;
            case RequestExtensionsError:
                OpenChannels();
                break;
            case OpenStandardMiningChannelSuccess success:
                OnOpened(success.RequestId, ChannelKind.Standard, success.ChannelId, success.Target, success.ExtranoncePrefix, 0,
                    success.GroupChannelId);
                break;
            case OpenExtendedMiningChannelSuccess success:
                OnOpened(success.RequestId, ChannelKind.Extended, success.ChannelId, success.Target, success.ExtranoncePrefix,
                    success.ExtranonceSize, success.GroupChannelId);
                break;
            case OpenMiningChannelError error:
                _device.Violation($"channel refused: {error.ErrorCode}");
                break;
            case NewMiningJob job:
                OnStandardJob(job);
                break;
            case NewExtendedMiningJob job:
                OnExtendedJob(job);
                break;
            case SetNewPrevHash prevHash:
                OnPrevHash(prevHash);
                break;
            case SetTarget target:
                ForChannels(target.ChannelId, "SetTarget", channel => channel.Target = target.MaximumTarget);
                break;
            case SetExtranoncePrefix prefix:
                ForChannels(prefix.ChannelId, "SetExtranoncePrefix", channel => OnExtranoncePrefix(channel, prefix.ExtranoncePrefix));
                break;
            case SetGroupChannel group:
                foreach (uint id in group.ChannelIds)
                    ForChannels(id, "SetGroupChannel", channel => channel.GroupId = group.GroupChannelId);
                break;
            case SubmitSharesSuccess success:
                ForChannels(success.ChannelId, "SubmitShares.Success", channel => OnAccepted(channel, success));
                break;
            case SubmitSharesError error:
                ForChannels(error.ChannelId, "SubmitShares.Error", channel => OnRefused(channel, error));
                break;
            case CloseChannel close:
                _device.Violation($"channel closed: {close.ReasonCode}");
                _channels.RemoveAll(channel => channel.Id == close.ChannelId || channel.GroupId == close.ChannelId);
                break;
            case Reconnect:
                Peer.Close("reconnect");
                break;
            default:
                _device.Violation($"unexpected {message.GetType().Name}");
                break;
        }
    }

    private void OnOpened(
        uint requestId, ChannelKind kind, uint id, U256 target, ReadOnlyMemory<byte> prefix, int extranonceSize, uint groupId)
    {
        MinerChannel? channel = _channels.Find(candidate => candidate.RequestId == requestId && candidate.Kind == kind
            && candidate.Id is null);
        if (channel is null)
        {
            _device.Violation($"channel {id} was not asked for");
            return;
        }

        if (_channels.Exists(other => other.Id == id || other.GroupId == id || other.Id == groupId))
            _device.Violation($"channel id {id} is taken");
        if (target > _options.MaxTarget)
            _device.Violation($"channel {id} has a larger target than asked for");
        if (kind == ChannelKind.Extended && extranonceSize < _options.MinExtranonceSize)
            _device.Violation($"channel {id} has {extranonceSize} extranonce bytes");
        int full = prefix.Length + extranonceSize;
        if (full > 32)
            _device.Violation($"channel {id} has an extranonce of {full} bytes");

        // Spec 05, 5.2.3: one coinbase length serves the whole group.
        if (!_options.RequiresStandardJobs && _channels.Exists(
            other => other.Id is not null && other.GroupId == groupId && other.ExtranoncePrefix.Length + other.ExtranonceSize != full))
            _device.Violation($"channel {id} differs from its group in extranonce length");
        (channel.Id, channel.GroupId, channel.Target) = (id, groupId, target);
        (channel.ExtranoncePrefix, channel.ExtranonceSize) = (prefix.ToArray(), extranonceSize);
        _device.Update(counters => counters with { ChannelsOpen = counters.ChannelsOpen + 1 });
    }

    private void OnExtranoncePrefix(MinerChannel channel, ReadOnlyMemory<byte> prefix)
    {
        if (prefix.Length + channel.ExtranonceSize > 32)
            _device.Violation($"channel {channel.Id}: a prefix of {prefix.Length} bytes");
        channel.ExtranoncePrefix = prefix.ToArray();
    }

    // Acts on the channel of that id, or on the members of that group.
    private void ForChannels(uint id, string what, Action<MinerChannel> action)
    {
        ImmutableArray<MinerChannel> found = [.. _channels.Where(channel => channel.Id == id)];
        if (found.IsEmpty && !_options.RequiresStandardJobs)
            found = [.. _channels.Where(channel => channel.Id is not null && channel.GroupId == id)];
        if (found.IsEmpty)
            _device.Violation($"{what} for channel {id}, which is not open");
        foreach (MinerChannel channel in found)
            action(channel);
    }

    private void NoteWork() =>
        _device.SetWork(!_ended && _channels.Count == _options.Channels.Length && _channels.TrueForAll(channel =>
            channel.Active is not null));

    private Moment Moment() => new(Now(), _time.GetTimestamp());

    private uint Now() => (uint)_time.GetUtcNow().ToUnixTimeSeconds();
}
