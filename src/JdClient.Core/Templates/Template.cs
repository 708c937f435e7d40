using System.Collections.Immutable;
using Bitcoin;
using Sv2.Channels;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Core.Templates;

/// <summary>A template and what is known of it. Jobs refer to it, so it lives as long as one of them does.</summary>
internal sealed class Template(
    NewTemplate message,
    CoinbaseCut soloCoinbase,
    int providerIndex,
    LinkId link,
    OutputRoom room,
    DateTimeOffset receivedAt)
{
    /// <summary>As it came.</summary>
    public NewTemplate Message { get; } = message;

    /// <summary>Its coinbase when mined solo: also the proof that work can be made of it.</summary>
    public CoinbaseCut SoloCoinbase { get; } = soloCoinbase;

    /// <summary>Whose it is, by the place in the configuration.</summary>
    public int ProviderIndex { get; } = providerIndex;

    /// <summary>The connection it came on; its id means something only there.</summary>
    public LinkId Link { get; } = link;

    /// <summary>When it came.</summary>
    public DateTimeOffset ReceivedAt { get; } = receivedAt;

    /// <summary>Its id at its provider.</summary>
    public ulong Id => Message.TemplateId;

    /// <summary>The height of the block it makes, as its coinbase says it; null when that cannot be read.</summary>
    public uint? Height { get; } = CoinbaseHeight.TryRead(message.CoinbasePrefix.Span);

    /// <summary>What it builds on; null while it is a future template.</summary>
    public Tip? Tip { get; set; }

    /// <summary>Room for our outputs that the provider kept free in it.</summary>
    public OutputRoom Room { get; } = room;

    /// <summary>Its transactions, as far as they are known.</summary>
    public TemplateTransactions Data { get; private init; } = new();

    /// <summary>How far its transactions are known.</summary>
    public TransactionsState TransactionsState => Data.State;

    /// <summary>Its transactions without the coinbase, raw, when known.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Transactions => Data.List;

    /// <summary>Their wtxids.</summary>
    public ImmutableArray<U256> Wtxids => Data.Wtxids;

    /// <summary>The provider's excess data, passed on unread.</summary>
    public ReadOnlyMemory<byte> ExcessData => Data.ExcessData;

    /// <summary>The same template to be built on another tip; jobs and declarations of this one stay with theirs.</summary>
    public Template ForAnotherTip() => new(Message, SoloCoinbase, ProviderIndex, Link, Room, ReceivedAt) { Data = Data };
}
