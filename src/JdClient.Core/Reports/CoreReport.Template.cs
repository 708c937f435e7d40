using Bitcoin;

namespace JdClient.Core;

/// <summary>What a template provider is doing.</summary>
public enum ProviderState
{
    /// <summary>Nothing is tried before the retry time.</summary>
    Waiting,

    /// <summary>An attempt to connect is under way.</summary>
    Connecting,

    /// <summary>Connected; no usable template has come yet.</summary>
    Connected,

    /// <summary>It delivers templates and is ready to take over; another one is mined from.</summary>
    Standby,

    /// <summary>Its templates are mined.</summary>
    Active,
}

public abstract partial record CoreReport
{
    /// <summary>A template provider came, went, or is being tried.</summary>
    /// <param name="Index">Which, by its place in the configuration.</param>
    /// <param name="Name">Which, for people.</param>
    /// <param name="State">What it does now.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="RetryAt">When it is tried again.</param>
    public sealed record ProviderChanged(int Index, string Name, ProviderState State, string Reason, DateTimeOffset? RetryAt) : CoreReport;

    /// <summary>The provider was told how much room our outputs take.</summary>
    /// <param name="Index">Which provider.</param>
    /// <param name="MaxAdditionalSize">Serialized bytes of the outputs.</param>
    /// <param name="MaxAdditionalSigops">Signature operation cost of the outputs.</param>
    public sealed record ConstraintsSent(int Index, uint MaxAdditionalSize, ushort MaxAdditionalSigops) : CoreReport;

    /// <summary>A template came.</summary>
    /// <param name="Index">From which provider.</param>
    /// <param name="TemplateId">Its id.</param>
    /// <param name="Future">It is for a tip that is not announced yet.</param>
    /// <param name="Value">What its coinbase may spend, sats.</param>
    public sealed record TemplateReceived(int Index, ulong TemplateId, bool Future, ulong Value) : CoreReport;

    /// <summary>A template cannot be mined, or not before its prev-hash comes.</summary>
    /// <param name="Index">From which provider.</param>
    /// <param name="TemplateId">Its id.</param>
    /// <param name="Reason">Why.</param>
    public sealed record TemplateRefused(int Index, ulong TemplateId, string Reason) : CoreReport;

    /// <summary>
    /// A provider announced a prev-hash, or miners went on to one that a provider had announced before it was mined from.
    /// </summary>
    /// <param name="Index">Which provider.</param>
    /// <param name="TemplateId">The template it activates.</param>
    /// <param name="PrevHash">The new tip.</param>
    /// <param name="NBits">The header's compact target.</param>
    /// <param name="SameTip">The prev-hash is the one that was mined on already.</param>
    /// <param name="Standby">The provider is not the one that is mined from: miners do not follow it.</param>
    public sealed record TipChanged(int Index, ulong TemplateId, U256 PrevHash, uint NBits, bool SameTip, bool Standby = false)
        : CoreReport;

    /// <summary>
    /// A provider that has been silent, or whose tip is in doubt, was asked for a template; without one it is given up.
    /// </summary>
    /// <param name="Index">Which provider.</param>
    /// <param name="Silence">How long nothing has come from it.</param>
    /// <param name="Reason">Why it was asked.</param>
    public sealed record ProviderAsked(int Index, TimeSpan Silence, string Reason) : CoreReport;

    /// <summary>The provider did not give a template's transactions; the template is not declared.</summary>
    /// <param name="Index">Which provider.</param>
    /// <param name="TemplateId">Which template.</param>
    /// <param name="ErrorCode">Its code.</param>
    public sealed record TransactionDataRefused(int Index, ulong TemplateId, string ErrorCode) : CoreReport;

    /// <summary>Miners were given a job.</summary>
    /// <param name="JobId">Its id, the same on every connection.</param>
    /// <param name="Provider">The connection that its template came on.</param>
    /// <param name="TemplateId">What it is made of.</param>
    /// <param name="Source">Whom it is mined for.</param>
    /// <param name="Future">It waits for its prev-hash.</param>
    /// <param name="Channels">On how many channels.</param>
    public sealed record JobIssued(
        uint JobId, LinkId Provider, ulong TemplateId, WorkSource Source, bool Future, int Channels) : CoreReport;

    /// <summary>A block was found. Comes after its messages were queued.</summary>
    /// <param name="Block">The block.</param>
    /// <param name="Source">Whom it was mined for.</param>
    /// <param name="Submitted">
    /// Its solution went to the provider of its template. Otherwise that is not connected any more, and the block is published
    /// as a whole, if <see cref="FoundBlock.Transactions"/> are known, or not at all.
    /// </param>
    /// <param name="Pushed">It went to the job declarator.</param>
    public sealed record BlockFound(FoundBlock Block, WorkSource Source, bool Submitted, bool Pushed) : CoreReport;

    /// <summary>The transactions of a block found earlier have come: it was saved again, whole.</summary>
    /// <param name="Block">The block, with its transactions.</param>
    public sealed record BlockCompleted(FoundBlock Block) : CoreReport;

    /// <summary>A share met the network target but the coinbase rebuilt from its job does not give the header: a defect of ours.</summary>
    /// <param name="Session">Who found it.</param>
    /// <param name="Channel">On which channel.</param>
    /// <param name="JobId">The job.</param>
    public sealed record BlockInconsistent(SessionId Session, uint Channel, uint JobId) : CoreReport;

    /// <summary>
    /// The solution of a block found earlier, whose transactions are not known, was sent to a provider that came (back). It
    /// can make a block of it only if it still has the template.
    /// </summary>
    /// <param name="Index">Which provider.</param>
    /// <param name="BlockHash">The block.</param>
    public sealed record BlockResubmitted(int Index, U256 BlockHash) : CoreReport;

    /// <summary>A block found here is the provider's tip: it was accepted.</summary>
    /// <param name="Index">Which provider.</param>
    /// <param name="BlockHash">The block.</param>
    public sealed record BlockConfirmed(int Index, U256 BlockHash) : CoreReport;
}
