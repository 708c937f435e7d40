using Bitcoin;
using Sv2.Protocol;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Core.Tests.Harness;

/// <summary>A template provider driven by hand.</summary>
public sealed class FakeProvider(CoreHarness harness, int index = 0)
{
    /// <summary>Ordinary shares are no blocks under it.</summary>
    public const uint HardBits = 0x1d00ffff;

    /// <summary>Every second hash is a block under it.</summary>
    public const uint EasyBits = 0x207fffff;

    public LinkId Link => harness.LinkTo(LinkRole.TemplateProvider, index);

    public uint Bits { get; set; } = HardBits;

    /// <summary>The height that coinbases say; 0 for one that says none.</summary>
    public uint Height { get; set; }

    public void Connect() => harness.On(new CoreEvent.LinkConnected(Link));

    public void Lose() => harness.On(new CoreEvent.LinkClosed(Link, LinkFailure.ConnectionLost, "gone"));

    public void Send(Sv2Message message) => harness.On(new CoreEvent.LinkMessage(Link, message));

    public void Template(ulong id, bool future, ulong value = 5_000_000_000) => Send(NewTemplate(id, future, value, Height));

    public static NewTemplate NewTemplate(ulong id, bool future, ulong value = 5_000_000_000, uint height = 0) => new(
        id,
        future,
        0x20000000,
        2,
        height == 0 ? new byte[] { 0x05, (byte)id, 0x01, 0x02 } : new ScriptBuilder().PushHeight(height).ToScript().Span.ToArray(),
        0xfffffffe,
        value,
        1,
        TxOutList.SerializeItems([new TxOut(0, WitnessCommitment.ToScript(U256.From(id)))]),
        100,
        [CoreHarness.Hash((uint)id + 1000)]);

    public void Tip(ulong id, uint block) => Tip(id, CoreHarness.Hash(block));

    public void Tip(ulong id, U256 prevHash, uint? time = null) => Send(new SetNewPrevHash(
        id, prevHash, time ?? (uint)harness.Now.ToUnixTimeSeconds(), Bits, CompactTarget.ToTarget(Bits)));

    /// <summary>A future template and its tip, as a provider sends them for a new block.</summary>
    public void NewBlock(ulong id, uint block)
    {
        Template(id, future: true);
        Tip(id, block);
    }

    public void Transactions(ulong id, int count = 3) => Send(new RequestTransactionDataSuccess(
        id,
        new byte[32],
        CoreHarness.Transactions(count, (byte)id)));

    public void RefuseTransactions(ulong id, string code) => Send(new RequestTransactionDataError(id, code));

    public IEnumerable<T> Got<T>()
        where T : Sv2Message => harness.OnLink<T>(Link);

    /// <summary>Connects and delivers the first work.</summary>
    public void Begin(ulong id = 1, uint block = 1)
    {
        Connect();
        NewBlock(id, block);
    }
}
