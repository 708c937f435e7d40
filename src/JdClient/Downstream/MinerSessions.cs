using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using Sv2.Transport;

namespace JdClient.Downstream;

/// <summary>Runs miners' sessions: each message, at the pace that the limits allow, to the channel manager.</summary>
internal sealed class MinerSessions(
    JdcConfiguration configuration, IEventSink inbox, SessionTable sessions, EndReasons ends, LimitedLog log, TimeProvider time)
{
    /// <summary>Runs one until its connection ends.</summary>
    internal async Task RunAsync(AdmittedMiner miner, CancellationToken cancellationToken)
    {
        (Sv2Connection connection, string peer) = miner;
        await using (connection)
        {
            var rate = new MessageRate(configuration.Limits, configuration.SharesPerMinute, time);
            DownstreamSession session = sessions.Add(peer, connection, rate);
            string reason = "an internal error";
            bool announced = false;
            try
            {
                log.Logger.MinerConnected(session.Id.Value, peer);
                await inbox.PostAsync(new CoreEvent.MinerConnected(session.Id, peer), cancellationToken);
                announced = true;
                ConnectionEnd end = await connection.RunAsync(
                    (inbound, token) => OnMessageAsync(session, inbound, token), cancellationToken);
                reason = end.ToString();
                ends.Count(end.Reason);
            }
            finally
            {
                sessions.Remove(session.Id);
                if (announced)
                    await inbox.PostAsync(new CoreEvent.MinerClosed(session.Id, reason), cancellationToken);
            }
        }
    }

    private ValueTask OnMessageAsync(DownstreamSession session, InboundMessage inbound, CancellationToken cancellationToken)
    {
        TimeSpan wait = session.Rate.Take();
        if (wait > TimeSpan.Zero)
            return HoldBackAsync(session, inbound, wait, cancellationToken);
        return HandOverAsync(session, inbound, cancellationToken);
    }

    private async ValueTask HoldBackAsync(
        DownstreamSession session, InboundMessage inbound, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (session.Rate.IsFlooding)
        {
            string detail = $"more than {session.Rate.PerSecond:0} messages a second for "
                + $"{configuration.Limits.FloodTimeout.TotalSeconds:0} s (max_messages_per_second)";
            session.Connection.CloseAfterFlush(ConnectionEndReason.LimitReached, detail);
            return;
        }

        await HandOverAsync(session, inbound, cancellationToken);
        await Task.Delay(wait, time, cancellationToken);
    }

    private ValueTask HandOverAsync(DownstreamSession session, InboundMessage inbound, CancellationToken cancellationToken)
    {
        if (inbound.Message is { } message)
            return inbox.PostAsync(new CoreEvent.MinerMessage(session.Id, message), cancellationToken);

        // Unknown types and extensions are ignored (spec 03, 3.4.1).
        if (log.May(1041))
        {
            log.Logger.UnknownMessage(
                $"miner {session.Id.Value} ({session.Peer})", inbound.Header.ExtensionType, inbound.Header.MessageType);
        }

        return ValueTask.CompletedTask;
    }
}
