using Sv2.Protocol;

namespace Testbed.Net;

/// <summary>Answers that a fault delays or swallows.</summary>
internal static class Replies
{
    public static void Send(IPeer peer, Sv2Message answer, bool hang, TimeSpan delay, TimeProvider time)
    {
        if (hang)
            return;
        if (delay <= TimeSpan.Zero)
        {
            peer.Send(answer);
            return;
        }

        // The timer lives as long as its callback holds it.
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                peer.Send(answer);
                timer?.Dispose();
            },
            null,
            delay,
            Timeout.InfiniteTimeSpan);
    }
}
