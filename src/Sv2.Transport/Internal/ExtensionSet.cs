using System.Collections.Immutable;
using Sv2.Protocol;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;

namespace Sv2.Transport.Internal;

/// <summary>The extensions agreed on. Immutable, and a class so that it can be swapped atomically.</summary>
internal sealed record ExtensionSet(ImmutableArray<ushort> List)
{
    internal static ExtensionSet None { get; } = new([]);

    /// <summary>The message without TLV fields of other extensions (extension 0x0002, 1.3). Mostly the message itself.</summary>
    internal Sv2Message Filter(Sv2Message message)
    {
        if (message is not SubmitSharesExtended { Tlvs.IsDefaultOrEmpty: false } share || share.Tlvs.All(IsAgreed))
            return message;
        return share with { Tlvs = [.. share.Tlvs.Where(IsAgreed)] };
    }

    private bool IsAgreed(Tlv field) => List.Contains(field.ExtensionType);
}
