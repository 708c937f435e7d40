using System.Text.Json;
using Bitcoin;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Xunit;

namespace Sv2.Channels.Tests.Vectors;

/// <summary>Replays one scenario of jobs.json, single channel or group, against our types.</summary>
internal sealed class JobsScenario
{
    private const uint GroupId = 1;

    private readonly JsonElement _scenario;
    private readonly Dictionary<uint, DownstreamChannel> _channels = [];
    private readonly Dictionary<uint, bool> _foundBlock = [];
    private readonly JobStore _jobs = new();
    private readonly bool _versionRolling;
    private readonly byte[] _tag;

    // A scenario that changes its channel's extranonce prefix is, with us, one whose upstream changes it: ours stay.
    private readonly bool _prefixIsUpstreams;
    private UpstreamExtranonce _extranonce;

    internal JobsScenario(JsonElement scenario)
    {
        _scenario = scenario;
        bool isGroup = scenario.Find("members") is not null;
        JsonElement[] opened = isGroup ? [.. scenario.Get("members").EnumerateArray()] : [scenario];
        JsonElement first = opened[0].Get("channel");
        _prefixIsUpstreams = Steps.Any(static step => step.Text("op") == "set_extranonce_prefix");
        _versionRolling = first.Get("version_rolling_allowed").GetBoolean();
        _tag = CoinbaseCut.TagBytes(first.Text("pool_tag"), first.Text("miner_tag"));
        _extranonce = _prefixIsUpstreams
            ? new UpstreamExtranonce(first.Bytes("extranonce_prefix"), first.Int("rollable_extranonce_size"))
            : new UpstreamExtranonce(ReadOnlyMemory<byte>.Empty, first.Int("full_extranonce_size"));
        foreach (JsonElement member in opened)
            Open(member);
    }

    internal int Shares { get; private set; }

    internal int ReferenceDefects { get; private set; }

    internal int TimesTooFarAhead { get; private set; }

    private IEnumerable<JsonElement> Steps => _scenario.Get("steps").EnumerateArray();

    private DownstreamChannel Only => _channels.Values.Single();

    internal static DownstreamChannel Open(JsonElement channel, ReadOnlyMemory<byte> localPrefix) => new(
        new ChannelOptions
        {
            ChannelId = channel.U32("channel_id"),
            Kind = channel.Text("type") == "standard" ? ChannelKind.Standard : ChannelKind.Extended,
            UserIdentity = channel.Text("user_identity"),
            NominalHashRate = channel.Float("nominal_hash_rate"),
            MaxTarget = channel.Hash("requested_max_target"),
            LocalPrefix = localPrefix,
            RollableSize = channel.Int("rollable_extranonce_size"),
            ShareBatchSize = channel.U32("share_batch_size"),
            Vardiff = new VardiffOptions
            {
                SharesPerMinute = channel.Float("shares_per_minute"),
                MinHashRate = 0,
                MaxHashRate = double.MaxValue,
            },
            VardiffEnabled = false,
        },
        DateTimeOffset.UnixEpoch);

    internal void Replay()
    {
        foreach (JsonElement step in Steps)
        {
            switch (step.Text("op"))
            {
                case "new_template":
                    OnTemplate(step);
                    break;
                case "set_new_prev_hash":
                    OnPrevHash(step);
                    break;
                case "share":
                    OnShare(step);
                    break;
                case "header":
                    OnHeader(step);
                    break;
                case "update_channel":
                    OnUpdate(step);
                    break;
                case "set_extranonce_prefix":
                    _extranonce = _extranonce with { Prefix = step.Bytes("extranonce_prefix") };
                    break;
                default:
                    Assert.Fail(step.Text("op"));
                    break;
            }
        }
    }

    private static DateTimeOffset Time(uint unixSeconds) => DateTimeOffset.FromUnixTimeSeconds(unixSeconds);

    private void Open(JsonElement member)
    {
        JsonElement json = member.Get("channel");
        DownstreamChannel channel = Open(json, _prefixIsUpstreams ? ReadOnlyMemory<byte>.Empty : json.Bytes("extranonce_prefix"));
        JsonElement opened = member.Get("opened");
        Assert.Equal(opened.Hash("target"), channel.Target);
        Assert.Equal(opened.Get("difficulty").GetDouble(), Difficulty.Of(channel.Target));
        Assert.Equal(json.Int("full_extranonce_size"), channel.FullExtranonceSize + _extranonce.Prefix.Length);
        if (!_prefixIsUpstreams)
        {
            Sv2Message success = channel.Kind == ChannelKind.Standard
                ? new OpenStandardMiningChannelSuccess(1, channel.ChannelId, channel.Target, channel.ExtranoncePrefix, GroupId)
                : new OpenExtendedMiningChannelSuccess(
                    1, channel.ChannelId, channel.Target, (ushort)channel.RollableSize, channel.ExtranoncePrefix, GroupId);
            Assert.Equal(opened.Text("open_success_payload (request_id 1, group_channel_id 1)"), success.PayloadHex());
        }

        _channels.Add(channel.ChannelId, channel);
    }

    private void OnTemplate(JsonElement step)
    {
        JsonElement result = step.Get("result");
        var template = step.Template("template");
        CoinbaseError error = CoinbaseCut.TryCreate(
            template, step.Rewards("coinbase_reward_outputs"), _tag, _extranonce, default, out CoinbaseCut? cut);
        if (result.Find("error") is { } referenceError)
        {
            // Deliberate: where the reference wants the reward outputs to add up, we give the first what is left, and
            // refuse only if the others ask for more than there is. A job needs a tip with both.
            if (referenceError.GetString() == "ChainTipNotSet")
                Assert.Throws<InvalidOperationException>(() => new JobStore().AddActive(template, cut!));
            else
                Assert.Equal((CoinbaseError.None, "JobFactoryError(InvalidCoinbaseOutputsSum)"), (error, referenceError.GetString()));
            return;
        }

        Assert.Equal(CoinbaseError.None, error);
        Job job = template.FutureTemplate
            ? _jobs.AddFuture(template, cut!, _versionRolling)
            : _jobs.AddActive(template, cut!, _versionRolling);
        Assert.Equal(result.U32("job_id"), job.Id);
        if (result.Find("members") is not { } members)
        {
            CheckJob(Only, job, result);
            return;
        }

        NewExtendedMiningJob message = job.ToExtended(GroupId, _extranonce.Size);
        Assert.Equal(result.Text("group_job_payload (NewExtendedMiningJob)"), message.PayloadHex());
        foreach (JsonElement member in members.EnumerateArray())
            CheckJob(_channels[member.U32("channel_id")], job, member.Get("job"));
    }

    private void CheckJob(DownstreamChannel channel, Job job, JsonElement result)
    {
        if (result.Find("coinbase_tx_prefix") is { } prefix)
        {
            Assert.Equal(prefix.GetString(), job.Coinbase.StrippedPrefix.Hex());
            Assert.Equal(result.Text("coinbase_tx_suffix"), job.Coinbase.MinerSuffix.Hex());
            Assert.Equal(result.Text("coinbase_tx_prefix_with_witness"), job.Coinbase.DeclaredPrefix.Hex());
            Assert.Equal(result.Text("coinbase_tx_suffix_with_witness"), job.Coinbase.DeclaredSuffix.Hex());
        }

        if (_prefixIsUpstreams)
            return;
        bool isGroupMessage = channel.Kind == ChannelKind.Extended && _channels.Count > 1;
        Sv2Message message = isGroupMessage ? job.ToExtended(GroupId, _extranonce.Size) : channel.ToMessage(job);
        Assert.Equal(result.Text("payload"), message.PayloadHex());
    }

    private void OnPrevHash(JsonElement step)
    {
        var message = step.PrevHash("set_new_prev_hash");
        if (step.Get("result").Find("error") is { } error)
        {
            // Deliberate: the reference refuses a prev-hash for a template it does not know and stays on the old tip. The
            // chain has moved all the same, so we move too and have no work until a template comes. Not applied to the
            // scenario's own store, as what follows depends on it.
            Assert.Equal("TemplateIdNotFound", error.GetString());
            Assert.Null(new JobStore().SetTip(Tip.From(message), message.TemplateId));
            return;
        }

        Job? job = _jobs.SetTip(Tip.From(message), message.TemplateId);
        Assert.Equal(message.Target, _jobs.Tip!.NetworkTarget);
        JsonElement result = step.Get("result");
        if (result.Find("activated_job_id") is not { } id && result.Find("group_set_new_prev_hash_payload") is null)
        {
            Assert.Null(job);
            Assert.Null(_jobs.Active);
            return;
        }

        Assert.NotNull(job);
        Assert.Equal(result.U32("activated_job_id"), job.Id);
        if (result.Find("downstream_set_new_prev_hash_payload") is { } single)
            Assert.Equal(single.GetString(), job.ToSetNewPrevHash(Only.ChannelId).PayloadHex());
        if (result.Find("group_set_new_prev_hash_payload") is { } group)
            Assert.Equal(group.GetString(), job.ToSetNewPrevHash(GroupId).PayloadHex());
    }

    private void OnShare(JsonElement step)
    {
        Shares++;
        JsonElement json = step.Get("share");
        DownstreamChannel channel = _channels[json.U32("channel_id")];
        ReadOnlyMemory<byte> extranonce = json.Find("extranonce") is null ? ReadOnlyMemory<byte>.Empty : json.Bytes("extranonce");
        var share = new SubmittedShare(
            json.U32("sequence_number"), json.U32("job_id"), json.U32("nonce"), json.U32("ntime"), json.U32("version"), extranonce);
        DateTimeOffset now = Time(_jobs.Tip!.MinNTime);
        bool known = _jobs.Find(share.JobId, out _) == JobState.Live;
        if (known && Time(share.NTime) > now + DownstreamChannel.MaxTimeAhead)
        {
            // Deliberate: a header two hours ahead of our clock is no block for any node; the reference takes it.
            Assert.Equal(ShareVerdict.InvalidShare, channel.Validate(share, _jobs, now).Verdict);
            TimesTooFarAhead++;
            now = Time(share.NTime);
        }

        ShareResult result = channel.Submit(share, _jobs, now, out _);
        string verdict = step.Text("verdict");
        Assert.Equal(verdict, result.Verdict switch
        {
            ShareVerdict.Valid => "valid",
            ShareVerdict.BlockFound => "block-found",
            _ => result.Verdict.ErrorCode(),
        });
        if (!result.Hash.IsZero)
            Assert.Equal(step.Hash("hash"), result.Hash);
        else
            Assert.False(result.Verdict
                is ShareVerdict.Valid or ShareVerdict.BlockFound or ShareVerdict.DuplicateShare or ShareVerdict.DifficultyTooLow);
        Assert.Equal(step.Find("reply")?.Text("payload"), result.Reply?.PayloadHex());
        CheckSolution(step, result);
        CheckAccounting(step.Get("accounting_after"), channel, result);
    }

    private void CheckSolution(JsonElement step, ShareResult result)
    {
        if (result.Verdict != ShareVerdict.BlockFound)
        {
            Assert.Null(result.Solution);
            return;
        }

        Assert.NotNull(result.Solution);
        string which = step.Find("REFERENCE_DEFECT") is null ? string.Empty : "correct_";
        ReferenceDefects += which.Length > 0 ? 1 : 0;
        Assert.Equal(step.Text("header"), Convert.ToHexStringLower(result.Solution.Header.ToBytes()));
        Assert.Equal(step.Text(which + "coinbase_with_witness"), result.Solution.Coinbase.Hex());
        Assert.Equal(step.Text(which + "submit_solution_payload"), result.Solution.ToSubmitSolution().PayloadHex());
    }

    private void CheckAccounting(JsonElement expected, DownstreamChannel channel, ShareResult result)
    {
        ShareAccounting accounting = channel.Accounting;
        Assert.Equal(expected.Get("shares_accepted").GetUInt64(), accounting.Accepted);
        Assert.Equal(expected.Get("rejected").GetUInt64(), accounting.Rejected);
        Assert.Equal(expected.Get("blocks_found").GetUInt64(), accounting.BlocksFound);

        // Deliberate: a block counts for the best difficulty; the reference leaves it out.
        if (result.Verdict == ShareVerdict.BlockFound)
            _foundBlock[channel.ChannelId] = true;
        if (!_foundBlock.ContainsKey(channel.ChannelId))
            Assert.Equal(expected.Get("best_difficulty").GetDouble(), accounting.BestDifficulty);
    }

    private void OnHeader(JsonElement step)
    {
        Assert.Equal(JobState.Live, _jobs.Find(step.U32("job_id"), out Job? job));
        byte[] extranonce = [.. Only.ExtranoncePrefix.Span, .. step.Bytes("extranonce")];
        var header = new BlockHeader(
            step.U32("version"), _jobs.Tip!.PrevHash, job!.MerkleRoot(extranonce), step.U32("ntime"), _jobs.Tip.NBits, step.U32("nonce"));
        Assert.Equal(step.Text("header"), Convert.ToHexStringLower(header.ToBytes()));
        Assert.Equal(step.Hash("hash"), header.Hash());
    }

    private void OnUpdate(JsonElement step)
    {
        double hashRate = step.Float("nominal_hash_rate");
        JsonElement result = step.Get("result");
        Assert.Equal(result.Find("error") is null, ChannelOptions.IsValidHashRate(hashRate));
        if (!ChannelOptions.IsValidHashRate(hashRate))
            return;
        U256 maxTarget = step.Find("requested_max_target") is null ? Only.MaxTarget : step.Hash("requested_max_target");
        Only.Update(hashRate, maxTarget, _jobs, DateTimeOffset.UnixEpoch);
        Assert.Equal(result.Hash("target"), Only.Target);
        Assert.Equal(result.Text("set_target_payload"), new SetTarget(Only.ChannelId, Only.Target).PayloadHex());
    }
}
