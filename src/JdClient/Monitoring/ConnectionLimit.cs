using System.Net;
using JdClient.Downstream;
using Microsoft.AspNetCore.Connections;

namespace JdClient.Monitoring;

/// <summary>
/// Bounds connections from other machines: who holds as many as there may be must not keep the health check of this machine's service
/// manager from its answer, which would then end a daemon that mines. More are closed at once.
/// </summary>
/// <param name="max">In all.</param>
/// <param name="maxPerAddress">From one address; an IPv6 /64 counts as one.</param>
internal sealed class ConnectionLimit(int max, int maxPerAddress)
{
    private readonly AdmissionControl _elsewhere = new(max, maxPerAddress);

    /// <summary>Serves a connection, or ends it.</summary>
    internal async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || IPAddress.IsLoopback(address))
        {
            await next(connection);
            return;
        }

        if (!_elsewhere.TryEnter(out AdmissionControl.Admission? admission))
        {
            connection.Abort();
            return;
        }

        using (admission)
        {
            if (admission.TryClaim(address))
                await next(connection);
            else
                connection.Abort();
        }
    }
}
