using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Testbed.Net;
using Testbed.Pools;

namespace Testbed.JobDeclarators;

/// <summary>One client of a job declarator server. Belongs to its connection's read loop.</summary>
internal sealed class JobDeclaratorSession(JobDeclaratorServer server, JobDeclaratorOptions options, long connection) : Session
{
    private const uint DeclareTxData = 1;

    private bool _setUp;

    /// <summary>Tokens belong to a connection: this is its number.</summary>
    public long Connection => connection;

    /// <summary>Whether the client declares its transactions.</summary>
    public bool FullTemplate { get; private set; }

    /// <summary>Declarations that wait for transactions, by request id.</summary>
    public Dictionary<uint, Declaration> Pending { get; } = [];

    /// <summary>The last valid declarations, newest last.</summary>
    public Queue<DeclaredJob> Recent { get; } = new();

    public override void OnMessage(Sv2Message message)
    {
        if (!_setUp)
        {
            SetUp(message);
            return;
        }

        switch (message)
        {
            case AllocateMiningJobToken request:
                server.OnAllocate(this, request);
                break;
            case DeclareMiningJob declare:
                server.OnDeclare(this, declare);
                break;
            case ProvideMissingTransactionsSuccess provided:
                server.OnProvided(this, provided);
                break;
            case PushSolution solution:
                server.OnSolution(this, solution);
                break;
            default:
                server.Violation(this, $"unexpected {message.GetType().Name}");
                break;
        }
    }

    public override void OnEnded(string reason)
    {
        Pending.Clear();
        Recent.Clear();
    }

    private void SetUp(Sv2Message message)
    {
        if (message is not SetupConnection setup)
        {
            server.Violation(this, $"{message.GetType().Name} before SetupConnection");
            return;
        }

        SetupConnectionError? error = server.Faults.RefuseSetup is { } code
            ? new SetupConnectionError(0, code)
            : Setup.Check(setup, Setup.JobDeclaration, DeclareTxData);
        if (error is null && (setup.Flags & DeclareTxData) == 0 && !options.AcceptCoinbaseOnly)
            error = new SetupConnectionError(DeclareTxData, "missing-declare-tx-data-flag");
        if (error is not null)
        {
            server.Answer(this, error);
            Peer.Close(error.ErrorCode);
            return;
        }

        _setUp = true;
        FullTemplate = (setup.Flags & DeclareTxData) != 0;
        server.Answer(this, new SetupConnectionSuccess(Setup.Version, 0));
    }
}
