using System.Collections.Immutable;
using Sv2.Protocol;
using Sv2.Protocol.TemplateDistribution;
using Testbed.Consensus;
using Testbed.Net;
using Testbed.Nodes;

namespace Testbed.TemplateProviders;

/// <summary>A template provider over Sv2 (spec 07), on a <see cref="Chain"/>. All members may be called from any thread.</summary>
public sealed class TemplateProvider : IAsyncDisposable
{
    private const int HeaderAndCountWeight = 2000;

    private readonly Lock _lock = new();
    private readonly Chain _chain;
    private readonly TemplateProviderOptions _options;
    private readonly TimeProvider _time;
    private readonly RoleServer _server;
    private readonly HashSet<TemplateProviderSession> _sessions = [];
    private readonly Dictionary<ulong, Template> _templates = [];
    private TemplateProviderCounters _counters = new();
    private ulong _lastTemplateId;
    private bool _silent;
    private bool _behind;

    /// <summary>A provider that is not listening yet.</summary>
    public TemplateProvider(Chain chain, TemplateProviderOptions options, TimeProvider time)
    {
        (_chain, _options, _time) = (chain, options, time);
        _server = new RoleServer("template provider", options.Endpoint, options.Keys, PeerRole.TemplateClient, time, Accept);
        chain.TipChanged += OnTipChanged;
        chain.FeesChanged += OnFeesChanged;
    }

    /// <summary>Raised with block hash and outcome of every SubmitSolution for a known template.</summary>
    public event Action<U256, BlockOutcome>? SolutionJudged;

    /// <summary>Raised when a finished template is about to be sent, under the provider's lock: for those who take times.</summary>
    public event Action? Publishing;

    /// <summary>Where it listens.</summary>
    public int Port => _server.Port;

    /// <summary>Its authority's key in the field's text form; null when it is not encrypted.</summary>
    public string? KeyText => _options.Keys?.PublicText;

    /// <summary>What it has seen and done so far.</summary>
    public TemplateProviderCounters Counters
    {
        get
        {
            lock (_lock)
                return _counters;
        }
    }

    /// <summary>
    /// A provider whose node is gone: connections stay, handshakes and set-ups still succeed, nothing else is sent.
    /// </summary>
    public bool Silent
    {
        get
        {
            lock (_lock)
                return _silent;
        }
        set
        {
            lock (_lock)
            {
                _silent = value;
                if (value)
                    return;
                foreach (TemplateProviderSession session in _sessions)
                    PublishTip(session, _chain.Tip);
            }
        }
    }

    /// <summary>A provider whose node has not seen the newest blocks: it goes on with the tip it has.</summary>
    public bool Behind
    {
        get
        {
            lock (_lock)
                return _behind;
        }
        set
        {
            lock (_lock)
            {
                _behind = value;
                if (value)
                    return;
                foreach (TemplateProviderSession session in _sessions)
                    PublishTip(session, _chain.Tip);
            }
        }
    }

    /// <summary>Forgets every template and begins to count anew, as a new process does.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _templates.Clear();
            _lastTemplateId = 0;
        }
    }

    /// <summary>Listens; after <see cref="StopAsync"/> again on the same port.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);

    /// <summary>Closes the listener and every connection.</summary>
    public Task StopAsync() => _server.StopAsync();

    /// <summary>Stands still: reads, writes and accepts nothing.</summary>
    public void Hold() => _server.Hold();

    /// <summary>Goes on where it was held.</summary>
    public void Release() => _server.Release();

    /// <summary>Sends a template for the block after the next one, long before its tip is known (spec 07, 7.3).</summary>
    public void AnnounceFutureTemplate()
    {
        lock (_lock)
        {
            foreach (TemplateProviderSession session in _sessions.Where(session => session.Ready))
            {
                int height = _chain.Tip.Height + 2;
                ulong subsidy = _chain.Assemble(0).CoinbaseValue;
                Template template = Template.Create(++_lastTemplateId, true, _options.Version, height, [], subsidy,
                    session.MaxAdditionalSize);
                session.Future = template;
                Send(session, template);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _chain.TipChanged -= OnTipChanged;
        _chain.FeesChanged -= OnFeesChanged;
        await _server.DisposeAsync();
    }

    internal void Ended(TemplateProviderSession session)
    {
        lock (_lock)
            _sessions.Remove(session);
    }

    internal void Violation(string what)
    {
        lock (_lock)
            _counters = _counters with { Violations = _counters.Violations.Add(what) };
    }

    internal void OnConstraints(TemplateProviderSession session, CoinbaseOutputConstraints constraints)
    {
        lock (_lock)
        {
            _counters = _counters with { Constraints = _counters.Constraints + 1 };
            session.MaxAdditionalSize = constraints.CoinbaseOutputMaxAdditionalSize;
            session.Ready = true;
            _sessions.Add(session);
            PublishTip(session, null);
        }
    }

    internal void OnTransactionDataRequest(TemplateProviderSession session, ulong templateId)
    {
        Sv2Message answer;
        lock (_lock)
        {
            if (_silent)
                return;
            ForgetOld();
            if (!_templates.TryGetValue(templateId, out Template? template))
                answer = new RequestTransactionDataError(templateId, "template-id-not-found");
            else if (template.ReplacedAt is not null && _options.OldTemplates == OldTemplates.RefuseThenForget)
                answer = new RequestTransactionDataError(templateId, "stale-template-id");
            else
                answer = new RequestTransactionDataSuccess(templateId, new byte[32], [.. template.Transactions.Select(tx => tx.Bytes)]);
            _counters = answer is RequestTransactionDataError
                ? _counters with { TransactionDataRefused = _counters.TransactionDataRefused + 1 }
                : _counters with { TransactionDataServed = _counters.TransactionDataServed + 1 };
        }

        session.Peer.Send(answer);
    }

    internal void OnSolution(SubmitSolution solution)
    {
        Template? template;
        lock (_lock)
        {
            if (_silent)
                return;
            ForgetOld();
            template = _templates.GetValueOrDefault(solution.TemplateId);
            _counters = _counters with { Solutions = _counters.Solutions + 1 };
            if (template is null)
            {
                _counters = _counters with { UnknownTemplates = _counters.UnknownTemplates + 1 };
                return;
            }
        }

        (Block? block, string? broken) = template.Complete(solution);
        BlockOutcome outcome = broken is null && block is not null
            ? _chain.SubmitBlock(block)
            : new BlockOutcome(BlockStatus.Invalid, broken);
        lock (_lock)
        {
            _counters = outcome.Status switch
            {
                BlockStatus.Accepted => _counters with { BlocksAccepted = _counters.BlocksAccepted + 1 },
                BlockStatus.Duplicate => _counters with { BlocksDuplicate = _counters.BlocksDuplicate + 1 },
                BlockStatus.Stale => _counters with { BlocksStale = _counters.BlocksStale + 1 },
                _ => _counters with { Refusals = _counters.Refusals.Add(outcome.Reason ?? string.Empty) },
            };
        }

        SolutionJudged?.Invoke(block?.Hash ?? U256.Zero, outcome);
    }

    private TemplateProviderSession Accept()
    {
        lock (_lock)
            _counters = _counters with { Connections = _counters.Connections + 1 };
        return new TemplateProviderSession(this);
    }

    private void OnTipChanged(Tip tip)
    {
        lock (_lock)
        {
            foreach (Template template in _templates.Values.Where(template => template.Tip is not null && template.Tip.Height < tip.Height))
                template.ReplacedAt ??= _time.GetUtcNow();
            foreach (TemplateProviderSession session in _sessions)
                PublishTip(session, tip);
            ForgetOld();
        }
    }

    private void OnFeesChanged()
    {
        lock (_lock)
        {
            foreach (TemplateProviderSession session in _sessions)
                PublishCurrent(session);
        }
    }

    // NewTemplate(future) and SetNewPrevHash; a template announced earlier for this height comes into force, and a better
    // one follows at once. A tip the session already has is left alone.
    private void PublishTip(TemplateProviderSession session, Tip? changed)
    {
        if (_silent || _behind || !session.Ready || (changed is not null && session.TipHeight >= changed.Height))
            return;
        (Tip tip, ImmutableArray<RawTransaction> transactions, ulong value) = _chain.Assemble(Room(session));
        Template? announced = session.Future?.Height == tip.Height + 1 ? session.Future : null;
        session.Future = null;
        session.TipHeight = tip.Height;
        Template template = announced ?? Template.Create(
            ++_lastTemplateId, true, _options.Version, tip.Height + 1, transactions, value, session.MaxAdditionalSize);
        if (announced is null)
            Send(session, template);
        uint timestamp = Math.Max(tip.MinTime, (uint)_time.GetUtcNow().ToUnixTimeSeconds());
        (template.Tip, template.HeaderTimestamp, session.HeaderTimestamp) = (tip, timestamp, timestamp);
        _counters = _counters with { PrevHashes = _counters.PrevHashes + 1 };
        session.Peer.Send(new SetNewPrevHash(template.Id, tip.Hash, timestamp, tip.Bits, Work.TargetOfBits(tip.Bits)));
        if (announced is not null)
            PublishCurrent(session);
    }

    private void PublishCurrent(TemplateProviderSession session)
    {
        if (_silent || !session.Ready)
            return;
        (Tip tip, ImmutableArray<RawTransaction> transactions, ulong value) = _chain.Assemble(Room(session));
        if (tip.Height != session.TipHeight)
            return; // The tip's own announcement is under way and brings these transactions.
        Template template = Template.Create(
            ++_lastTemplateId, false, _options.Version, tip.Height + 1, transactions, value, session.MaxAdditionalSize);
        (template.Tip, template.HeaderTimestamp) = (tip, session.HeaderTimestamp);
        Send(session, template);
    }

    private void Send(TemplateProviderSession session, Template template)
    {
        _templates[template.Id] = template;
        session.Sent.Enqueue(template.Id);
        while (session.Sent.Count > _options.TemplatesPerTip)
            _templates.Remove(session.Sent.Dequeue());
        _counters = _counters with { Templates = _counters.Templates + 1 };
        Publishing?.Invoke();
        session.Peer.Send(template.Message);
    }

    private void ForgetOld()
    {
        DateTimeOffset limit = _time.GetUtcNow() - _options.Grace;
        foreach (Template template in _templates.Values.Where(template => template.ReplacedAt <= limit).ToList())
            _templates.Remove(template.Id);
    }

    // Spec 07, 7.1: header, counts, fixed coinbase fields, a full scriptSig, the commitment, and what the client adds.
    private static int Room(TemplateProviderSession session) =>
        BlockRules.MaxWeight - (int)Math.Min(Math.Max(HeaderAndCountWeight, 1168 + (4L * session.MaxAdditionalSize)), BlockRules.MaxWeight);
}
