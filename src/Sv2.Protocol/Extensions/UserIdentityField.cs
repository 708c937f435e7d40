using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Sv2.Protocol.Extensions;

/// <summary>The worker's name on a share, the one field of extension 0x0002 (worker-specific hash rate tracking, 1.1).</summary>
public static class UserIdentityField
{
    /// <summary>The field's number.</summary>
    public const byte FieldType = 0x01;

    /// <summary>Most bytes of the name in UTF-8.</summary>
    public const int MaxLength = 32;

    /// <summary>Makes the field; false when the name takes more than 32 bytes.</summary>
    public static bool TryCreate(string identity, out Tlv field)
    {
        byte[] value = Encoding.UTF8.GetBytes(identity);
        field = new Tlv(ExtensionTypes.WorkerHashrateTracking, FieldType, value);
        return value.Length <= MaxLength;
    }

    /// <summary>Finds the first such field; false when there is none, or it is longer than 32 bytes or not UTF-8.</summary>
    public static bool TryRead(ImmutableArray<Tlv> fields, [NotNullWhen(true)] out string? identity)
    {
        identity = null;
        if (fields.IsDefaultOrEmpty)
            return false;
        foreach (Tlv field in fields)
        {
            if (field.ExtensionType != ExtensionTypes.WorkerHashrateTracking || field.FieldType != FieldType)
                continue;
            if (field.Value.Length > MaxLength || !Utf8.IsValid(field.Value.Span))
                return false;
            identity = Encoding.UTF8.GetString(field.Value.Span);
            return true;
        }

        return false;
    }
}
