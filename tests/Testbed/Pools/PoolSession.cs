using System.Collections.Immutable;
using System.Text;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using Testbed.Net;

namespace Testbed.Pools;

/// <summary>One client of a pool. The channels belong to the pool's lock, the rest to the connection's read loop.</summary>
internal sealed class PoolSession(Pool pool, PoolOptions options) : Session
{
    /// <summary>The group every channel is in; it gets no messages, since work comes from the client.</summary>
    public const uint GroupChannelId = 1;

    private const uint RequiresStandardJobs = 1;
    private const uint RequiresWorkSelection = 2;
    private const uint RequiresVersionRolling = 4;
    private const uint SuccessFixedVersion = 1;
    private const uint SuccessExtendedChannels = 2;

    private bool _setUp;
    private uint _lastChannelId;
    private ImmutableArray<ushort> _extensions = [];

    public Dictionary<uint, PoolChannel> Channels { get; } = [];

    public uint NextChannelId() => ++_lastChannelId + GroupChannelId;

    /// <summary>The worker named in a share's TLV fields, where that was agreed on.</summary>
    public string? WorkerOf(SubmitSharesExtended share)
    {
        if (!_extensions.Contains(ExtensionTypes.WorkerHashrateTracking))
            return null;
        Tlv field = share.Tlvs.FirstOrDefault(tlv => tlv is { ExtensionType: ExtensionTypes.WorkerHashrateTracking, FieldType: 1 });
        return field.Value.Length is > 0 and <= 32 ? Encoding.UTF8.GetString(field.Value.Span) : null;
    }

    public override void OnMessage(Sv2Message message)
    {
        if (!_setUp)
        {
            SetUp(message);
            return;
        }

        switch (message)
        {
            case RequestExtensions request:
                Negotiate(request);
                break;
            case OpenExtendedMiningChannel open:
                pool.OnOpen(this, open);
                break;
            case OpenStandardMiningChannel open:
                pool.Answer(this, new OpenMiningChannelError(open.RequestId, "standard-channels-not-supported-for-custom-work"));
                break;
            case UpdateChannel update:
                pool.OnUpdate(this, update);
                break;
            case CloseChannel close:
                pool.OnClose(this, close.ChannelId);
                break;
            case SetCustomMiningJob job:
                pool.OnCustomJob(this, job);
                break;
            case SubmitSharesExtended share:
                pool.OnShare(this, share);
                break;
            default:
                pool.Violation(this, $"unexpected {message.GetType().Name}");
                break;
        }
    }

    public override void OnEnded(string reason) => pool.Ended(this);

    private void SetUp(Sv2Message message)
    {
        if (message is not SetupConnection setup)
        {
            pool.Violation(this, $"{message.GetType().Name} before SetupConnection");
            return;
        }

        if (Refusal(setup) is { } error)
        {
            pool.Answer(this, error);
            Peer.Close(error.ErrorCode);
            return;
        }

        _setUp = true;
        pool.Answer(this, new SetupConnectionSuccess(
            Setup.Version, SuccessExtendedChannels | (options.FixedVersion ? SuccessFixedVersion : 0)));
    }

    private SetupConnectionError? Refusal(SetupConnection setup)
    {
        if (pool.Faults.RefuseSetup is { } code)
            return new SetupConnectionError(0, code);
        if (Setup.Check(setup, Setup.Mining, RequiresStandardJobs | RequiresWorkSelection | RequiresVersionRolling) is { } error)
            return error;
        if ((setup.Flags & RequiresStandardJobs) != 0)
            return new SetupConnectionError(RequiresStandardJobs, "unsupported-feature-flags");
        return options.FixedVersion && (setup.Flags & RequiresVersionRolling) != 0
            ? new SetupConnectionError(RequiresVersionRolling, "unsupported-feature-flags")
            : null;
    }

    // Extension 0x0001: an error when nothing asked for is supported, or something required was not asked for.
    private void Negotiate(RequestExtensions request)
    {
        ImmutableArray<ushort> agreed = [.. request.RequestedExtensions.Intersect(options.SupportedExtensions)];
        ImmutableArray<ushort> missing = [.. options.RequiredExtensions.Except(request.RequestedExtensions)];
        if (agreed.IsEmpty || !missing.IsEmpty)
        {
            ImmutableArray<ushort> unsupported = [.. request.RequestedExtensions.Except(options.SupportedExtensions)];
            pool.Answer(this, new RequestExtensionsError(request.RequestId, unsupported, missing));
            return;
        }

        _extensions = agreed;
        pool.Answer(this, new RequestExtensionsSuccess(request.RequestId, agreed));
    }
}
