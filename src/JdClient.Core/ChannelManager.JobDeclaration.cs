using System.Collections.Immutable;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;

namespace JdClient.Core;

// The job declarator (spec 06): tokens, declarations, transactions it has not seen.
public sealed partial class ChannelManager
{
    private void OnJobDeclaratorMessage(UpstreamSession session, Sv2Message message)
    {
        if (session.JobDeclarator.Phase != LinkPhase.Ready)
        {
            OnSetupAnswer(session, session.JobDeclarator, message);
            return;
        }

        switch (message)
        {
            case AllocateMiningJobTokenSuccess success:
                OnToken(session, success);
                break;
            case DeclareMiningJobSuccess success:
                OnDeclareSuccess(session, success);
                break;
            case DeclareMiningJobError error:
                OnDeclareError(session, error);
                break;
            case ProvideMissingTransactions request:
                OnMissingTransactions(session, request);
                break;
            case Reconnect reconnect:
                Redirect(session, session.JobDeclarator, reconnect);
                break;
            default:
                ReportStray(session, session.JobDeclarator, message.GetType().Name, 0);
                break;
        }
    }

    private void EnsureTokens(UpstreamSession session)
    {
        while (session.Tokens.Count + session.Tokens.Requested < _options.Limits.TokenStock)
        {
            uint request = _context.NewRequest();
            AwaitToken(session, request);
            _context.Effects.SendOnLink(
                session.JobDeclarator.Link,
                new AllocateMiningJobToken(session.Slot.Options.UserIdentity, request));
        }
    }

    // Tokens may be given slowly (spec 6.4.2): as long as one is in stock, another may take its time.
    private void AwaitToken(UpstreamSession session, uint request)
    {
        const string Awaited = "AllocateMiningJobToken.Success";
        TimeSpan wait = _options.Deadlines.Token;
        session.Tokens.Asked(request, _context.After(wait, () =>
        {
            UpstreamLink link = session.JobDeclarator;
            _context.Report(new CoreReport.DeadlineMissed(link.Link, link.Role, session.Slot.Id, Awaited, wait));
            if (session.Tokens.Count > 0)
                AwaitToken(session, request);
            else
                Leave(session, UpstreamHealth.Unreachable, $"no {Awaited} within {wait.TotalSeconds:0.#} s");
        }));
    }

    private void OnToken(UpstreamSession session, AllocateMiningJobTokenSuccess success)
    {
        if (!session.Tokens.Answered(success.RequestId, _context.Deadlines))
        {
            ReportStray(session, session.JobDeclarator, nameof(AllocateMiningJobTokenSuccess), success.RequestId);
            return;
        }

        if (PoolOutputs.TryParse(success.CoinbaseTxOutputs) is not { } outputs)
        {
            PeerViolation(session, session.JobDeclarator, "job declarator sent a token without a usable list of coinbase outputs");
            return;
        }

        bool changed = session.Tokens.LastOutputs is { } before && !before.Equals(outputs);
        session.Tokens.Add(new MiningJobToken(success.MiningJobToken, outputs));
        if (changed)
            _context.Report(new CoreReport.PoolOutputsChanged(session.Slot.Id, outputs.Rewards.Outputs.Length, (int)outputs.Room.Size));
        NeedRoom(outputs.Room);
        _reviewDue = true;
        Advance(session);
        FollowTarget(session);
    }

    private void SendDeclaration(UpstreamSession session, PooledJob job, MiningJobToken token)
    {
        Template template = job.Template;
        TimeSpan wait = _options.Deadlines.Declaration;
        uint request = Send(session, job, PooledJobState.Declaring, session.JobDeclarator, "DeclareMiningJob.Success", wait);
        _context.Effects.SendOnLink(session.JobDeclarator.Link, new DeclareMiningJob(
            request,
            token.Value,
            template.Message.Version,
            job.Coinbase.DeclaredPrefix,
            job.Coinbase.DeclaredSuffix,
            template.Wtxids,
            template.ExcessData));
        _context.Counters.JobsDeclared++;
        _context.Report(new CoreReport.JobDeclared(session.Slot.Id, template.Id, request, template.Transactions.Length));
    }

    // Notes a request for a job, with its deadline.
    private uint Send(UpstreamSession session, PooledJob job, PooledJobState state, UpstreamLink link, string awaited, TimeSpan wait)
    {
        uint request = _context.NewRequest();
        job.State = state;
        job.SentAt = _context.Now;
        _context.Deadlines.Cancel(job.Deadline);
        job.Deadline = AwaitAnswer(session, link, awaited, wait);
        session.Requests.Add(request, job);
        return request;
    }

    // The job that an answer is about; one that came to nothing meanwhile is matched too, so that its answer is no stray.
    private PooledJob? Answered(UpstreamSession session, uint request, PooledJobState state)
    {
        if (!session.Requests.TryGetValue(request, out PooledJob? job) || (job.State != state && job.State != PooledJobState.Dropped))
            return null;
        session.Requests.Remove(request);
        if (job.State == PooledJobState.Dropped)
            _context.Counters.LateAnswers++;
        _context.Deadlines.Cancel(job.Deadline);
        job.Deadline = null;
        return job;
    }

    private void OnDeclareSuccess(UpstreamSession session, DeclareMiningJobSuccess success)
    {
        if (Answered(session, success.RequestId, PooledJobState.Declaring) is not { } job)
        {
            ReportStray(session, session.JobDeclarator, nameof(DeclareMiningJobSuccess), success.RequestId);
            return;
        }

        _context.Report(new CoreReport.DeclarationAcknowledged(session.Slot.Id, job.Template.Id, _context.Now - job.SentAt));
        job.Declared = true;
        foreach (PushSolution solution in job.TakeSolutions())
            Push(job, solution);
        if (job.State == PooledJobState.Declaring)
            RequestCustomJob(session, job, success.NewMiningJobToken);
        Advance(session);
    }

    private void OnDeclareError(UpstreamSession session, DeclareMiningJobError error)
    {
        if (Answered(session, error.RequestId, PooledJobState.Declaring) is not { } job)
        {
            ReportStray(session, session.JobDeclarator, nameof(DeclareMiningJobError), error.RequestId);
            return;
        }

        RefusalDecision decision = Decide(job, error.ErrorCode);
        _context.Report(new CoreReport.DeclarationRefused(
            session.Slot.Id, job.Template.Id, error.ErrorCode, Printable(error.ErrorDetails.Span), decision));
        Follow(session, job, decision, $"job declarator refused a job: {error.ErrorCode}");
    }

    // In the order asked (spec 6.4.8). What cannot be meant ends the session: a position that is not there, or more than
    // a frame holds.
    private void OnMissingTransactions(UpstreamSession session, ProvideMissingTransactions request)
    {
        if (!session.Requests.TryGetValue(request.RequestId, out PooledJob? job)
            || job.State is not (PooledJobState.Declaring or PooledJobState.Dropped))
        {
            ReportStray(session, session.JobDeclarator, nameof(ProvideMissingTransactions), request.RequestId);
            return;
        }

        ImmutableArray<ReadOnlyMemory<byte>> known = job.Template.Transactions;
        ImmutableArray<ReadOnlyMemory<byte>>.Builder asked = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        long size = 0;
        foreach (ushort position in request.UnknownTxPositionList)
        {
            if (position >= known.Length)
            {
                PeerViolation(session, session.JobDeclarator, $"job declarator asks for transaction {position} of {known.Length}");
                return;
            }

            asked.Add(known[position]);
            size += known[position].Length + 3;
        }

        if (size > FrameHeader.MaxPayloadLength - 6)
        {
            PeerViolation(session, session.JobDeclarator, $"job declarator asks for {size} bytes of transactions in one message");
            return;
        }

        _context.Deadlines.Cancel(job.Deadline);
        job.Deadline = AwaitAnswer(session, session.JobDeclarator, "DeclareMiningJob.Success", _options.Deadlines.Declaration);
        _context.Effects.SendOnLink(
            session.JobDeclarator.Link,
            new ProvideMissingTransactionsSuccess(request.RequestId, asked.DrainToImmutable()));
        _context.Report(new CoreReport.MissingTransactionsProvided(
            session.Slot.Id, request.RequestId, request.UnknownTxPositionList.Length));
    }

    // Error details are bytes of the peer's choice; the log gets what is printable ASCII, and not much of it.
    private static string Printable(ReadOnlySpan<byte> details)
    {
        const int Longest = 200;
        Span<char> text = stackalloc char[Math.Min(details.Length, Longest)];
        for (int i = 0; i < text.Length; i++)
            text[i] = details[i] is >= 0x20 and < 0x7f ? (char)details[i] : '?';
        return text.ToString();
    }
}
