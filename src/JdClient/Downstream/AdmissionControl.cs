using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace JdClient.Downstream;

/// <summary>Why a connection was not let in.</summary>
internal enum AdmissionRefusal
{
    /// <summary>There are as many as there may be.</summary>
    MaxConnections,

    /// <summary>Its address has as many as one may have.</summary>
    MaxConnectionsPerAddress,

    /// <summary>It gave way to newer ones before its handshake was complete.</summary>
    MaxHalfOpen,

    /// <summary>PROXY headers are asked for, and it does not come from a trusted proxy.</summary>
    UntrustedProxy,

    /// <summary>Its PROXY header is missing, late or malformed.</summary>
    ProxyHeader,

    /// <summary>A proxy looked whether the port is open.</summary>
    HealthCheck,
}

/// <summary>
/// Bounds how many connections there are, in all and from one address. An IPv6 /64 counts as one address: that is what
/// one customer holds. Thread-safe.
/// </summary>
/// <param name="maxConnections">In all.</param>
/// <param name="maxPerAddress">Of one address.</param>
internal sealed class AdmissionControl(int maxConnections, int maxPerAddress)
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private int _maxConnections = maxConnections;
    private int _maxPerAddress = maxPerAddress;
    private readonly Dictionary<UInt128, int> _byAddress = [];
    private int _total;

    /// <summary>Connections let in that have not ended.</summary>
    internal int Total
    {
        get
        {
            lock (_lock)
                return _total;
        }
    }

    /// <summary>Other bounds from now on. Who is in stays, also above them.</summary>
    internal void SetLimits(int maxConnections, int maxPerAddress)
    {
        lock (_lock)
        {
            _maxConnections = maxConnections;
            _maxPerAddress = maxPerAddress;
        }
    }

    /// <summary>Lets a connection in; false where there are too many. Its end disposes the admission.</summary>
    internal bool TryEnter([NotNullWhen(true)] out Admission? admission)
    {
        lock (_lock)
        {
            admission = _total < _maxConnections ? new Admission(this) : null;
            if (admission is not null)
                _total++;
            return admission is not null;
        }
    }

    private bool TryClaim(UInt128 key)
    {
        lock (_lock)
        {
            int count = _byAddress.GetValueOrDefault(key);
            if (count >= _maxPerAddress)
                return false;
            _byAddress[key] = count + 1;
            return true;
        }
    }

    private void Leave(UInt128? key)
    {
        lock (_lock)
        {
            _total--;
            if (key is not { } claimed)
                return;
            int count = _byAddress[claimed] - 1;
            if (count == 0)
                _byAddress.Remove(claimed);
            else
                _byAddress[claimed] = count;
        }
    }

    private static UInt128 KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? BinaryPrimitives.ReadUInt64BigEndian(bytes)
            : UInt128.MaxValue - BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>A connection's place. Belongs to its task.</summary>
    internal sealed class Admission(AdmissionControl owner) : IDisposable
    {
        private UInt128? _key;
        private bool _left;

        /// <summary>Counts the connection to its client's address, once; false where that has too many.</summary>
        internal bool TryClaim(IPAddress address)
        {
            UInt128 key = KeyOf(address);
            if (!owner.TryClaim(key))
                return false;
            _key = key;
            return true;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (_left)
                return;
            _left = true;
            owner.Leave(_key);
        }
    }
}
