using System.Collections.Immutable;
using Sv2.Protocol;
using Sv2.Protocol.JobDeclaration;
using Testbed.Consensus;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.Pools;

namespace Testbed.JobDeclarators;

/// <summary>
/// A pool's job declarator server (spec 06), in both modes. It checks a declared block as its node would, and pieces a
/// pushed solution together by itself. All members may be called from any thread.
/// </summary>
public sealed class JobDeclaratorServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly PoolBackend _backend;
    private readonly INode _mempool;
    private readonly JobDeclaratorOptions _options;
    private readonly TimeProvider _time;
    private readonly RoleServer _server;
    private JobDeclaratorCounters _counters = new();
    private long _lastConnection;

    /// <summary>A server that is not listening yet.</summary>
    /// <param name="backend">What it shares with the pool.</param>
    /// <param name="mempool">The transactions it knows; a <see cref="PartialMempool"/> makes it ask for the rest.</param>
    /// <param name="options">Its behaviour.</param>
    /// <param name="time">The clock.</param>
    public JobDeclaratorServer(PoolBackend backend, INode mempool, JobDeclaratorOptions options, TimeProvider time)
    {
        (_backend, _mempool, _options, _time) = (backend, mempool, options, time);
        _server = new RoleServer("job declarator", options.Endpoint, options.Keys, PeerRole.JobDeclaratorClient, time, Accept);
    }

    /// <summary>Knobs.</summary>
    public JobDeclaratorFaults Faults { get; } = new();

    /// <summary>Where it listens.</summary>
    public int Port => _server.Port;

    /// <summary>Connections open now.</summary>
    public int ConnectionCount => _server.ConnectionCount;

    /// <summary>What it has seen and done so far.</summary>
    public JobDeclaratorCounters Counters
    {
        get
        {
            lock (_lock)
                return _counters;
        }
    }

    /// <summary>Listens; after <see cref="StopAsync"/> again on the same port.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);

    /// <summary>Closes the listener and every connection.</summary>
    public Task StopAsync() => _server.StopAsync();

    /// <summary>Cuts every connection.</summary>
    public void DisconnectAll() => _server.DisconnectAll();

    /// <summary>Stands still: reads, writes and accepts nothing.</summary>
    public void Hold() => _server.Hold();

    /// <summary>Goes on where it was held.</summary>
    public void Release() => _server.Release();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    internal void Answer(JobDeclaratorSession session, Sv2Message answer) =>
        Replies.Send(session.Peer, answer, Faults.Hang, Faults.AnswerDelay, _time);

    internal void Violation(JobDeclaratorSession session, string what)
    {
        lock (_lock)
            _counters = _counters with { Violations = _counters.Violations.Add(what) };
        session.Peer.Close(what);
    }

    internal void OnAllocate(JobDeclaratorSession session, AllocateMiningJobToken request)
    {
        if (Faults.NoTokens)
            return;
        Token token = _backend.Tokens.Allocate(session.Connection, session.FullTemplate, request.UserIdentifier);
        lock (_lock)
            _counters = _counters with { TokensAllocated = _counters.TokensAllocated + 1 };
        ByteSink outputs = new ByteSink().CompactSize(_backend.CoinbaseOutputs.Length);
        foreach (TxOutput output in _backend.CoinbaseOutputs)
            outputs.Raw(output.Serialize());
        Answer(session, new AllocateMiningJobTokenSuccess(request.RequestId, token.Value, outputs.ToArray()));
    }

    internal void OnDeclare(JobDeclaratorSession session, DeclareMiningJob message)
    {
        lock (_lock)
            _counters = _counters with { Declarations = _counters.Declarations + 1 };
        (Declaration? declaration, string? error) = Begin(session, message);
        if (declaration is null)
        {
            Refuse(session, message.RequestId, error!);
            return;
        }

        declaration.Find(_mempool);
        ImmutableArray<ushort> missing = declaration.Missing;
        if (missing.IsEmpty)
        {
            Finish(session, declaration);
            return;
        }

        session.Pending[message.RequestId] = declaration;
        lock (_lock)
            _counters = _counters with { MissingRequests = _counters.MissingRequests + 1 };
        Answer(session, new ProvideMissingTransactions(message.RequestId, missing));
    }

    internal void OnProvided(JobDeclaratorSession session, ProvideMissingTransactionsSuccess message)
    {
        if (!session.Pending.Remove(message.RequestId, out Declaration? declaration))
        {
            Violation(session, "transactions that were not asked for");
            return;
        }

        lock (_lock)
            _counters = _counters with { TransactionsProvided = _counters.TransactionsProvided + message.TransactionList.Length };
        if (declaration.Provide(message.TransactionList) is { } error)
        {
            _backend.Tokens.Spend(declaration.Token);
            Refuse(session, message.RequestId, error);
            return;
        }

        Finish(session, declaration);
    }

    internal void OnSolution(JobDeclaratorSession session, PushSolution solution)
    {
        BlockOutcome outcome = new(BlockStatus.Invalid, "no declared job fits");
        foreach (DeclaredJob job in session.Recent.Where(job => job.Tip.Hash == solution.PrevHash).Reverse())
        {
            Block? block = job.Complete(
                solution.Extranonce.Span, solution.Version, solution.PrevHash, solution.NTime, solution.NBits, solution.Nonce);
            outcome = block is null ? new BlockOutcome(BlockStatus.Invalid, "the extranonce does not fit")
                : _backend.Node.SubmitBlock(block);
            if (outcome.Reason is not "high-hash")
                break; // The hash tells whether this is the job that was mined.
        }

        lock (_lock)
        {
            _counters = _counters with { Solutions = _counters.Solutions + 1 };
            _counters = outcome.Status switch
            {
                BlockStatus.Accepted or BlockStatus.Duplicate => _counters with { BlocksAccepted = _counters.BlocksAccepted + 1 },
                BlockStatus.Stale => _counters with { BlocksStale = _counters.BlocksStale + 1 },
                _ => _counters with { BlockRefusals = _counters.BlockRefusals.Add(outcome.Reason ?? string.Empty) },
            };
        }
    }

    private (Declaration? Declaration, string? Error) Begin(JobDeclaratorSession session, DeclareMiningJob message)
    {
        Token? token = session.FullTemplate ? _backend.Tokens.BeginDeclaration(message.MiningJobToken.Span, session.Connection) : null;
        if (token is null)
            return (null, "invalid-mining-job-token");
        Tip tip = _mempool.Tip;
        string? error = Faults.RefuseDeclarations;
        if (error is null && CoinbaseCut.TryRead(message.CoinbaseTxPrefix, message.CoinbaseTxSuffix, out CoinbaseCut? coinbase, out error))
        {
            error = BlockHeight.Read(coinbase.Sample.Inputs[0].ScriptSig.Span) is not { } height ? "invalid-coinbase-tx-input"
                : height != tip.Height + 1 ? "stale-chain-tip"
                : !_backend.IsPaid(coinbase.Sample.Outputs) ? "invalid-coinbase-tx"
                : session.Pending.Count >= _options.RecentJobs ? "internal-error"
                : null;
            if (error is null)
                return (new Declaration(message, token, coinbase, tip), null);
        }

        _backend.Tokens.Spend(token);
        return (null, error);
    }

    private void Finish(JobDeclaratorSession session, Declaration declaration)
    {
        uint requestId = declaration.Message.RequestId;
        if (declaration.Tip.Hash != _mempool.Tip.Hash)
        {
            _backend.Tokens.Spend(declaration.Token);
            Refuse(session, requestId, "stale-chain-tip");
            return;
        }

        (DeclaredJob job, Block proposal) = declaration.Complete(
            Math.Max(declaration.Tip.MinTime, (uint)_time.GetUtcNow().ToUnixTimeSeconds()));
        if (_mempool.CheckProposal(proposal) is { } reason)
        {
            _backend.Tokens.Spend(declaration.Token);
            bool stale = reason == "inconclusive-not-best-prevblk";
            if (!stale)
            {
                lock (_lock)
                    _counters = _counters with { InvalidJobReasons = _counters.InvalidJobReasons.Add(reason) };
            }

            Refuse(session, requestId, stale ? "stale-chain-tip" : "invalid-job");
            return;
        }

        session.Recent.Enqueue(job);
        while (session.Recent.Count > _options.RecentJobs)
            session.Recent.Dequeue();
        Token token = _backend.Tokens.FinishDeclaration(declaration.Token, job);
        lock (_lock)
            _counters = _counters with { DeclarationsAccepted = _counters.DeclarationsAccepted + 1 };
        Answer(session, new DeclareMiningJobSuccess(requestId, token.Value));
    }

    private void Refuse(JobDeclaratorSession session, uint requestId, string error)
    {
        lock (_lock)
            _counters = _counters with { DeclarationsRefused = PoolCounters.Count(_counters.DeclarationsRefused, error) };
        Answer(session, new DeclareMiningJobError(requestId, error, default));
    }

    private JobDeclaratorSession Accept()
    {
        lock (_lock)
            _counters = _counters with { Connections = _counters.Connections + 1 };
        return new JobDeclaratorSession(this, _options, Interlocked.Increment(ref _lastConnection));
    }
}
