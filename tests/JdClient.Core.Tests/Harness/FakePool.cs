using Bitcoin;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;

namespace JdClient.Core.Tests.Harness;

/// <summary>A pool with its job declarator, driven by hand: one connection of it.</summary>
public sealed class FakePool(CoreHarness harness, int index, LinkId pool, LinkId jobDeclarator)
{
    public static readonly byte[] Outputs = [1, 0, 0, 0, 0, 0, 0, 0, 0, 22, 0x00, 0x14, .. Enumerable.Repeat((byte)0x77, 20)];

    /// <summary>As many and as large ones, to another script.</summary>
    public static readonly byte[] OtherOutputs = [.. Outputs[..^1], 0x78];

    private byte _tokens;
    private uint _jobs;

    public int Index { get; } = index;

    public LinkId Link { get; } = pool;

    public LinkId JobDeclarator { get; } = jobDeclarator;

    public uint ChannelId { get; set; } = 40;

    public byte[] Prefix { get; set; } = [9, 8, 7, 6];

    public ushort Size { get; set; } = 16;

    public void Send(Sv2Message message) => harness.On(new CoreEvent.LinkMessage(Link, message));

    public void SendAsDeclarator(Sv2Message message) => harness.On(new CoreEvent.LinkMessage(JobDeclarator, message));

    public void SetUp(uint flags = 0)
    {
        harness.On(new CoreEvent.LinkConnected(Link));
        Send(new SetupConnectionSuccess(2, flags));
        harness.On(new CoreEvent.LinkConnected(JobDeclarator));
        SendAsDeclarator(new SetupConnectionSuccess(2, 0));
    }

    public IReadOnlyList<T> Sent<T>()
        where T : Sv2Message =>
        [.. harness.All.OfType<Effect.OnLink>()
            .Where(effect => effect.Link == Link || effect.Link == JobDeclarator)
            .Select(static effect => effect.Message)
            .OfType<T>()];

    public IEnumerable<T> Got<T>()
        where T : Sv2Message => harness.OnLink<T>(Link).Concat(harness.OnLink<T>(JobDeclarator));

    /// <summary>Answers the oldest unanswered requests for tokens.</summary>
    public void GiveTokens(int count = 2, byte[]? outputs = null)
    {
        for (int i = 0; i < count; i++)
            GiveToken(outputs);
    }

    public void GiveToken(byte[]? outputs = null)
    {
        uint request = Sent<AllocateMiningJobToken>()[_tokens].RequestId;
        SendAsDeclarator(new AllocateMiningJobTokenSuccess(request, new byte[] { ++_tokens }, outputs ?? Outputs));
    }

    public int UnansweredTokens => Sent<AllocateMiningJobToken>().Count - _tokens;

    public void OpenChannel()
    {
        OpenExtendedMiningChannel request = Sent<OpenExtendedMiningChannel>()[^1];
        Send(new OpenExtendedMiningChannelSuccess(request.RequestId, ChannelId, U256.MaxValue, Size, Prefix, 1));
    }

    public void AcknowledgeDeclaration(int which = -1)
    {
        IReadOnlyList<DeclareMiningJob> sent = Sent<DeclareMiningJob>();
        DeclareMiningJob request = which < 0 ? sent[^1] : sent[which];
        SendAsDeclarator(new DeclareMiningJobSuccess(request.RequestId, (byte[])[.. request.MiningJobToken.Span, 0xaa]));
    }

    public void RefuseDeclaration(string code) =>
        SendAsDeclarator(new DeclareMiningJobError(Sent<DeclareMiningJob>()[^1].RequestId, code, default));

    public uint AcknowledgeJob(int which = -1)
    {
        IReadOnlyList<SetCustomMiningJob> sent = Sent<SetCustomMiningJob>();
        SetCustomMiningJob request = which < 0 ? sent[^1] : sent[which];
        uint job = 500 + ++_jobs;
        Send(new SetCustomMiningJobSuccess(request.ChannelId, request.RequestId, job));
        return job;
    }

    public void RefuseJob(string code)
    {
        SetCustomMiningJob request = Sent<SetCustomMiningJob>()[^1];
        Send(new SetCustomMiningJobError(request.ChannelId, request.RequestId, code));
    }

    public void Lose() => harness.On(new CoreEvent.LinkClosed(Link, LinkFailure.ConnectionLost, "gone"));

    public void LoseDeclarator() => harness.On(new CoreEvent.LinkClosed(JobDeclarator, LinkFailure.ConnectionLost, "gone"));

    /// <summary>From nothing to mined for, with the given template active and at least one miner there.</summary>
    public uint TakeWork(ulong template)
    {
        SetUp();
        GiveTokens();
        OpenChannel();
        return DeclareAndAcknowledge(template);
    }

    public uint DeclareAndAcknowledge(ulong template)
    {
        if (harness.Options.Mode == MiningMode.FullTemplate)
        {
            harness.Provider.Transactions(template);
            AcknowledgeDeclaration();
        }

        return AcknowledgeJob();
    }
}
