using System.Buffers.Binary;
using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core;
using Simulation.Peers;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;

namespace Simulation.Engine;

// What pools and job declarators answer.
internal sealed partial class Simulator
{
    private static readonly string[] RefusalCodes =
        ["stale-chain-tip", "busy", "rate-limited", "invalid-mining-job-token", "invalid-job-param-value-coinbase_tx_outputs"];

    private const int DeclarationsRemembered = 512;

    private ulong _tokens;
    private uint _prefixes;

    private void StartPool(Pool pool)
    {
        void Tick()
        {
            foreach (Link link in _links.Values)
            {
                if (link.Pool is not { } session || link.Index != pool.Index || session.HeardAt + pool.IdleTimeOf(session) > _timeline.Now)
                    continue;
                Lose(link, LinkFailure.ConnectionLost);
                break;
            }

            _timeline.After(TimeSpan.FromSeconds(0.5), Tick);
        }

        if (pool.IdleTime is not null)
            _timeline.After(TimeSpan.FromSeconds(0.5), Tick);
    }

    private void PoolAnswers(Link link, Sv2Message message, bool isWanted)
    {
        Pool pool = _pools[link.Index];
        PoolSession session = link.Pool!;
        session.HeardAt = _timeline.Now;
        switch (message)
        {
            case SetupConnection:
                Send(link, pool.Mood == PoolMood.RefusesSetup || Refuses()
                    ? new SetupConnectionError(0, "unsupported-feature-flags")
                    : new SetupConnectionSuccess(2, session.FixedVersion ? SetupFlags.RequiresFixedVersion : 0));
                break;
            case OpenExtendedMiningChannel open:
                if (pool.Mood == PoolMood.RefusesChannel || Refuses())
                {
                    Send(link, new OpenMiningChannelError(open.RequestId, "unknown-user"));
                    break;
                }

                session.ChannelIsOpen = true;
                session.Prefix = NewPrefix(null);
                session.Grant = pool.Mood == PoolMood.GrantsTooLittle ? 4 : Math.Max(16, open.MinExtranonceSize + 0);
                session.Target = U256.MaxValue;
                Send(link, new OpenExtendedMiningChannelSuccess(
                    open.RequestId, PoolSession.ChannelId, session.Target, (ushort)session.Grant, session.Prefix, 1));
                break;
            case SetCustomMiningJob custom:
                OnCustomJob(link, pool, session, custom, isWanted);
                break;
        }
    }

    private bool Refuses() => _faults && _rng.Chance(_profile.Refusal);

    // Prefixes never come twice, so that a job says which one it was made with.
    private byte[] NewPrefix(int? length)
    {
        var prefix = new byte[length ?? 4 + _rng.Below(5)];
        BinaryPrimitives.WriteUInt32BigEndian(prefix, ++_prefixes);
        prefix.AsSpan(4).Fill(0xee);
        return prefix;
    }

    private string? RefusalOf(Pool pool, U256? prevHash)
    {
        if (prevHash is { } hash && hash != _chain.At(pool.TipHeight).Hash)
            return "stale-chain-tip";
        return pool.Mood switch
        {
            PoolMood.Stale => "stale-chain-tip",
            PoolMood.Busy => "rate-limited",
            PoolMood.BadToken => "invalid-mining-job-token",
            PoolMood.RefusesJobs => "invalid-job",
            _ => Refuses() ? _rng.Pick(RefusalCodes) : null,
        };
    }

    private void OnCustomJob(Link link, Pool pool, PoolSession session, SetCustomMiningJob custom, bool isWanted)
    {
        if (link.State != LinkState.Up)
        {
            Send(link, new SetCustomMiningJobSuccess(custom.ChannelId, custom.RequestId, ++pool.LastJob));
            return;
        }

        string? refusal = RefusalOf(pool, custom.PrevHash);
        ulong token = TokenOf(custom.MiningJobToken);
        if (_run.Mode == MiningMode.FullTemplate)
        {
            if (pool.Declared.TryGetValue(token, out DeclareMiningJob? declared))
                CheckDeclared(session, custom, declared);
            else
                refusal ??= "invalid-mining-job-token";
        }
        else if (!pool.Tokens.Remove(token))
        {
            refusal ??= "invalid-mining-job-token";
        }

        if (refusal is not null)
        {
            Send(link, new SetCustomMiningJobError(custom.ChannelId, custom.RequestId, refusal));
            return;
        }

        pool.Declared.Remove(token);
        var job = new PoolJob(++pool.LastJob, custom, session.Prefix, session.Grant, session.Target, _epoch);
        session.Jobs.Add(job.Id, job);
        if (isWanted && custom.PrevHash == _tip)
        {
            session.Current.Add(job);
            _acknowledging = (link, job);
        }

        var success = new SetCustomMiningJobSuccess(custom.ChannelId, custom.RequestId, job.Id);
        On(new CoreEvent.LinkMessage(link.Id, success));
        if (_faults && _rng.Chance(_profile.Duplicate) && !link.IsDead)
            On(new CoreEvent.LinkMessage(link.Id, success));
    }

    private static void CheckDeclared(PoolSession session, SetCustomMiningJob custom, DeclareMiningJob declared) => BrokenPromise.Unless(
        declared.Version == custom.Version
        && declared.CoinbaseTxSuffix.Span.SequenceEqual(PoolJob.DeclaredSuffix(custom))
        && declared.CoinbaseTxPrefix.Span.SequenceEqual(PoolJob.DeclaredPrefix(custom, session.Prefix.Length + session.Grant)),
        "a custom job is the job that was declared",
        $"{declared} became {custom} for a prefix of {session.Prefix.Length} and a grant of {session.Grant}");

    private static ulong TokenOf(ReadOnlyMemory<byte> token) => token.Length == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(token.Span) : 0;

    private byte[] NewToken()
    {
        var token = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(token, ++_tokens);
        return token;
    }

    private static byte[] Outputs(Pool pool)
    {
        if (pool.PaysInTurn)
            pool.Payout = (pool.Payout + 1) % Pool.Payouts;
        byte[] script = [.. Configuration.PoolScript(pool.Index), .. BitConverter.GetBytes(pool.Payout)];
        byte[] output = [0, 0, 0, 0, 0, 0, 0, 0, (byte)script.Length, .. script];
        return pool.Payout % 2 == 1 ? [2, .. output, .. output] : [1, .. output];
    }

    private void DeclaratorAnswers(Link link, Sv2Message message, byte[] prefix)
    {
        Pool pool = _pools[link.Index];
        switch (message)
        {
            case SetupConnection:
                Send(link, Refuses() ? new SetupConnectionError(0, "unsupported-feature-flags") : new SetupConnectionSuccess(2, 0));
                break;
            case AllocateMiningJobToken when pool.Mood == PoolMood.NoTokens:
                link.PutOff.Enqueue(message);
                break;
            case AllocateMiningJobToken ask:
                byte[] token = NewToken();
                pool.Tokens.Add(TokenOf(token));
                Send(link, new AllocateMiningJobTokenSuccess(ask.RequestId, token, Outputs(pool)));
                break;
            case DeclareMiningJob declare:
                OnDeclare(link, pool, new Declaration(declare, prefix));
                break;
            case ProvideMissingTransactionsSuccess provided when pool.Unfinished.Remove(provided.RequestId, out Declaration? waiting):
                BrokenPromise.Unless(
                    provided.TransactionList.Length == 1 && Sha256d.Hash(provided.TransactionList[0].Span) == waiting.Message.WtxidList[^1],
                    "missing transactions are those asked for",
                    provided.ToString());
                Accept(link, pool, waiting);
                break;
        }
    }

    // What was put off is answered after all.
    private void BeFine(Pool pool)
    {
        pool.Mood = PoolMood.Fine;
        foreach (Link link in _links.Values)
        {
            while (link.Index == pool.Index && link.PutOff.TryDequeue(out Sv2Message? message))
                Later(link, () => DeclaratorAnswers(link, message, []));
        }
    }

    private void OnDeclare(Link link, Pool pool, Declaration declaration)
    {
        DeclareMiningJob declare = declaration.Message;
        string? refusal = RefusalOf(pool, null);
        if (!pool.Tokens.Remove(TokenOf(declare.MiningJobToken)))
            refusal ??= "invalid-mining-job-token";
        if (refusal is not null)
        {
            Send(link, new DeclareMiningJobError(declare.RequestId, refusal, new byte[] { 0x41, 7 }));
        }
        else if (declare.WtxidList.Length > 0 && _rng.Chance(0.3))
        {
            pool.Unfinished[declare.RequestId] = declaration;
            ImmutableArray<ushort> last = [(ushort)(declare.WtxidList.Length - 1)];
            On(new CoreEvent.LinkMessage(link.Id, new ProvideMissingTransactions(declare.RequestId, last)));
        }
        else
        {
            Accept(link, pool, declaration);
        }
    }

    private void Accept(Link link, Pool pool, Declaration declaration)
    {
        byte[] token = NewToken();
        pool.Declared[TokenOf(token)] = declaration.Message;
        bool arrives = link.State == LinkState.Up;
        if (arrives)
        {
            link.Declared.Enqueue(declaration);
            if (link.Declared.Count > DeclarationsRemembered)
                link.Declared.Dequeue();
        }

        Send(link, new DeclareMiningJobSuccess(declaration.Message.RequestId, token));
        if (arrives)
            CheckPushed(link, declaration);
    }

    // What a pool says to the shares since the last time: errors one by one, acceptance for all up to the last.
    private void OnShareAtPool(Link link, PoolJob job, SubmitSharesExtended share)
    {
        PoolSession session = link.Pool!;
        session.HeardAt = _timeline.Now;
        bool isStale = job.Custom.PrevHash != _chain.At(_pools[link.Index].TipHeight).Hash;
        if (isStale || (_faults && _rng.Chance(0.002)))
        {
            string code = isStale ? "stale-share" : "invalid-share";
            Later(link, () => Send(link, new SubmitSharesError(PoolSession.ChannelId, share.SequenceNumber, code)));
            return;
        }

        session.LastSequence = share.SequenceNumber;
        if (session.Unacknowledged++ > 0)
            return;
        Later(link, TimeSpan.FromSeconds(0.5), () =>
        {
            uint count = session.Unacknowledged;
            session.Unacknowledged = 0;
            Send(link, new SubmitSharesSuccess(PoolSession.ChannelId, session.LastSequence, count, count));
        });
    }
}
