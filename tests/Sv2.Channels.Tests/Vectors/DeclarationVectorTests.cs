using System.Security.Cryptography;
using System.Text.Json;
using Bitcoin;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;
using Files = TestSupport.Vectors;

namespace Sv2.Channels.Tests.Vectors;

/// <summary>
/// declaration.json: one template on transactions of a real block, declared with the pool's outputs, mined downstream
/// and forwarded. With us the pool's prefix is part of the job and not of the miner's channel, so the miners' prefixes
/// of the file lose it; every byte that goes to pool, declarator and node is the same.
/// </summary>
public sealed class DeclarationVectorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Declaration_custom_job_shares_and_solutions_are_the_references(int id)
    {
        if (Files.TryPath("sri", "declaration.json") is not { } path)
        {
            Assert.Skip(Files.MissingReason);
            return;
        }

        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        Replay(file.RootElement.Get("scenarios").EnumerateArray().Single(scenario => scenario.Int("id") == id));
    }

    private static void Replay(JsonElement scenario)
    {
        JsonElement grant = scenario.Get("open_extended_mining_channel_success");
        var extranonce = new UpstreamExtranonce(grant.Bytes("extranonce_prefix"), grant.Int("extranonce_size"));
        var template = scenario.Template("template");
        var prevHash = scenario.PrevHash("set_new_prev_hash");
        var rewards = RewardOutputs.TryParse(scenario.Get("allocate_mining_job_token_success").Bytes("coinbase_tx_outputs"));
        Assert.NotNull(rewards);
        byte[] tag = CoinbaseCut.TagBytes(scenario.Text("pool_tag"), scenario.Text("miner_tag"));
        Assert.Equal(CoinbaseError.None, CoinbaseCut.TryCreate(template, rewards, tag, extranonce, default, out CoinbaseCut? cut));
        CheckDeclaration(scenario, template, cut!);

        var jobs = new JobStore();
        jobs.AddFuture(template, cut!);
        Job job = jobs.SetTip(Tip.From(prevHash), template.TemplateId)!;
        var upstream = new UpstreamChannel(grant.U32("channel_id"), extranonce, grant.Hash("target"));
        var channels = new Dictionary<string, DownstreamChannel>
        {
            ["extended"] = Open(scenario, "extended", extranonce),
            ["standard"] = Open(scenario, "standard", extranonce),
        };
        Assert.Equal(
            scenario.Get("downstream").Get("standard").Text("job_payload (future NewMiningJob)"), FutureMessage(channels["standard"], job));
        foreach (JsonElement mode in scenario.Get("modes").EnumerateArray())
        {
            Assert.Equal(
                mode.Get("set_custom_mining_job").Text("payload"),
                CustomJob(mode.Get("set_custom_mining_job"), upstream, job).PayloadHex());
            JsonElement clientJob = mode.Get("client_job");
            Assert.Equal(clientJob.Text("coinbase_tx_prefix"), job.Coinbase.StrippedPrefix.Hex());
            Assert.Equal(clientJob.Text("coinbase_tx_suffix"), job.Coinbase.MinerSuffix.Hex());
            upstream.AddJob(mode.U32("upstream_job_id"), job);
            foreach (JsonElement share in mode.Get("shares").EnumerateArray())
                CheckShare(share, channels[share.Text("downstream_channel")], upstream, jobs);
        }
    }

    private static DownstreamChannel Open(JsonElement scenario, string kind, UpstreamExtranonce extranonce)
    {
        JsonElement json = scenario.Get("downstream").Get(kind);
        ReadOnlyMemory<byte> local = json.Bytes("extranonce_prefix").AsMemory(extranonce.Prefix.Length, ExtranonceSizes.LocalPrefix);
        var channel = new DownstreamChannel(
            new ChannelOptions
            {
                ChannelId = json.U32("channel_id"),
                Kind = kind == "standard" ? ChannelKind.Standard : ChannelKind.Extended,
                UserIdentity = kind,
                NominalHashRate = 10,
                MaxTarget = json.Hash("target"),
                LocalPrefix = local,
                RollableSize = extranonce.Size - ExtranonceSizes.LocalPrefix,
                Vardiff = new VardiffOptions { SharesPerMinute = 60 },
                VardiffEnabled = false,
            },
            DateTimeOffset.UnixEpoch);
        Assert.Equal(json.Hash("target"), channel.Target);
        if (channel.Kind == ChannelKind.Extended)
            Assert.Equal(json.Int("rollable_extranonce_size"), channel.RollableSize);
        return channel;
    }

    private static string FutureMessage(DownstreamChannel channel, Job job) => channel.ToMessage(job with { Tip = null }).PayloadHex();

    private static void CheckDeclaration(JsonElement scenario, Sv2.Protocol.TemplateDistribution.NewTemplate template, CoinbaseCut cut)
    {
        JsonElement expected = scenario.Get("declare_mining_job");
        var message = new DeclareMiningJob(
            expected.U32("request_id"),
            scenario.Get("allocate_mining_job_token_success").Bytes("mining_job_token"),
            template.Version,
            cut.DeclaredPrefix,
            cut.DeclaredSuffix,
            [
                .. scenario.Get("wtxid_list").EnumerateArray()
                    .Select(static wtxid => U256.FromLittleEndian(Convert.FromHexString(wtxid.GetString()!))),
            ],
            scenario.Get("request_transaction_data_success").Bytes("excess_data"));
        Assert.Equal(expected.Text("coinbase_tx_prefix"), cut.DeclaredPrefix.Hex());
        Assert.Equal(expected.Text("coinbase_tx_suffix"), cut.DeclaredSuffix.Hex());
        Assert.Equal(
            expected.Text("payload_sha256"), Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(message.PayloadHex()))));
    }

    private static SetCustomMiningJob CustomJob(JsonElement expected, UpstreamChannel upstream, Job job) => new(
        upstream.ChannelId,
        expected.U32("request_id"),
        expected.Bytes("mining_job_token"),
        job.Version,
        job.Tip!.PrevHash,
        job.Tip.MinNTime,
        job.Tip.NBits,
        job.Coinbase.TxVersion,
        job.Coinbase.CustomJobPrefix,
        job.Coinbase.InputSequence,
        job.Coinbase.CustomJobOutputs,
        job.Coinbase.Locktime,
        job.MerklePath);

    private static void CheckShare(JsonElement vector, DownstreamChannel channel, UpstreamChannel upstream, JobStore jobs)
    {
        ReadOnlyMemory<byte> extranonce = vector.Find("extranonce") is null ? ReadOnlyMemory<byte>.Empty : vector.Bytes("extranonce");
        uint sequence = Convert.FromHexString(vector.Text("downstream_payload")[8..16])[0];
        var share = new SubmittedShare(
            sequence, jobs.Active!.Id, vector.U32("nonce"), vector.U32("ntime"), vector.U32("version"), extranonce);
        ShareResult result = channel.Submit(share, jobs, DateTimeOffset.FromUnixTimeSeconds(jobs.Tip!.MinNTime), out _);
        Assert.Equal(vector.Text("downstream_verdict"), result.Verdict switch
        {
            ShareVerdict.Valid => "valid",
            ShareVerdict.BlockFound => "block-found",
            _ => result.Verdict.ErrorCode(),
        });
        if (!result.Verdict.IsAccepted())
            return;

        Assert.Equal(vector.Hash("hash"), result.Hash);
        UpstreamShare forwarded = channel.ToUpstream(share, result);
        Assert.Equal(
            vector.Text("full_extranonce"), Convert.ToHexStringLower([.. upstream.Extranonce.Prefix.Span, .. forwarded.Extranonce.Span]));
        ForwardVerdict verdict = upstream.Forward(forwarded, null, out SubmitSharesExtended? message);
        Assert.Equal(vector.Text("upstream_verdict") == "difficulty-too-low" ? ForwardVerdict.AboveTarget : ForwardVerdict.Send, verdict);
        string? expected = vector.Find("upstream_submit_shares_extended_payload (sequence_number as the downstream's)")?.GetString();
        Assert.Equal(expected, message is null ? null : (message with { SequenceNumber = sequence }).PayloadHex());
        if (result.Verdict != ShareVerdict.BlockFound)
            return;

        Assert.Equal(vector.Text("header"), Convert.ToHexStringLower(result.Solution!.Header.ToBytes()));
        Assert.Equal(vector.Text("coinbase_with_witness"), result.Solution.Coinbase.Hex());
        Assert.Equal(vector.Text("submit_solution_payload"), result.Solution.ToSubmitSolution().PayloadHex());
        Assert.Equal(vector.Text("push_solution_payload"), result.Solution.ToPushSolution().PayloadHex());
    }
}
