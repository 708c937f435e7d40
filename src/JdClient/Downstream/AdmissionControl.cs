using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using JdClient.Configuration;

namespace JdClient.Downstream;

/// <summary>
/// Bounds how many connections there are, in all and from one address. An IPv6 /64 counts as one address: that is what
/// one customer holds. Thread-safe.
/// </summary>
/// <param name="limits">The bounds.</param>
internal sealed class AdmissionControl(LimitConfiguration limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, int> _byAddress = [];
    private int _total;

    /// <summary>Connections admitted and not released.</summary>
    internal int Total
    {
        get
        {
            lock (_lock)
                return _total;
        }
    }

    /// <summary>Counts a connection in; false, with the reason, where a bound is reached.</summary>
    internal bool TryAdmit(IPAddress address, out string? reason)
    {
        UInt128 key = KeyOf(address);
        lock (_lock)
        {
            int count = _byAddress.GetValueOrDefault(key);
            if (_total >= limits.MaxConnections)
                reason = $"all {limits.MaxConnections} connections are in use (max_connections)";
            else if (count >= limits.MaxConnectionsPerAddress)
                reason = $"its address has {count} connections (max_connections_per_address)";
            else
                reason = null;
            if (reason is not null)
                return false;
            _byAddress[key] = count + 1;
            _total++;
            return true;
        }
    }

    /// <summary>Counts a connection out.</summary>
    internal void Release(IPAddress address)
    {
        UInt128 key = KeyOf(address);
        lock (_lock)
        {
            _total--;
            int count = _byAddress[key] - 1;
            if (count == 0)
                _byAddress.Remove(key);
            else
                _byAddress[key] = count;
        }
    }

    private static UInt128 KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            address.TryWriteBytes(bytes, out _);
            return BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }

        address.TryWriteBytes(bytes, out _);
        return UInt128.MaxValue - BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
