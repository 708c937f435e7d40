using Sv2.Protocol;

namespace JdClient.Core.Tests.Harness;

/// <summary>One call of <see cref="IEffects"/>, kept in order.</summary>
public abstract record Effect
{
    public sealed record ToMiner(SessionId Session, Sv2Message Message) : Effect;

    public sealed record CloseMiner(SessionId Session, MinerCloseCause Cause, string Reason) : Effect;

    public sealed record Connect(LinkId Link, LinkRole Role, int Peer, PeerEndpoint? Redirect) : Effect;

    public sealed record OnLink(LinkId Link, Sv2Message Message) : Effect;

    public sealed record CloseLink(LinkId Link, string Reason) : Effect;

    public sealed record Save(FoundBlock Block) : Effect;

    public sealed record Reported(CoreReport Report) : Effect;
}

/// <summary>Keeps what the core wants done.</summary>
public sealed class RecordingEffects : IEffects
{
    public List<Effect> All { get; } = [];

    public void SendToMiner(SessionId session, Sv2Message message) => All.Add(new Effect.ToMiner(session, message));

    public void CloseMiner(SessionId session, MinerCloseCause cause, string reason) =>
        All.Add(new Effect.CloseMiner(session, cause, reason));

    public void Connect(LinkId link, LinkRole role, int peer, PeerEndpoint? redirect) =>
        All.Add(new Effect.Connect(link, role, peer, redirect));

    public void SendOnLink(LinkId link, Sv2Message message) => All.Add(new Effect.OnLink(link, message));

    public void CloseLink(LinkId link, string reason) => All.Add(new Effect.CloseLink(link, reason));

    public void SaveBlock(FoundBlock block) => All.Add(new Effect.Save(block));

    public void Report(CoreReport report) => All.Add(new Effect.Reported(report));
}
