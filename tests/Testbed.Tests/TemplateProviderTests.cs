using Microsoft.Extensions.Time.Testing;
using Sv2.Protocol.Common;
using Sv2.Protocol.TemplateDistribution;
using Testbed.Consensus;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.TemplateProviders;

namespace Testbed.Tests;

public sealed class TemplateProviderTests
{
    [Theory]
    [InlineData(0, 2, "unsupported-protocol")]
    [InlineData(2, 3, "protocol-version-mismatch")]
    public async Task A_wrong_set_up_is_refused(byte protocol, ushort version, string code)
    {
        await using Roles roles = await Roles.StartAsync();
        ScriptedClient client = await roles.ConnectToProviderAsync();

        client.Send(new SetupConnection(protocol, version, version, 0, "h", 1, "", "", "", ""));

        Assert.Equal(code, (await client.ReceiveAsync<SetupConnectionError>(Roles.Cancel)).ErrorCode);
        await client.Ending.WaitAsync(Roles.Cancel);
    }

    [Fact]
    public async Task Constraints_bring_a_pair_and_repeated_ones_another_pair()
    {
        await using Roles roles = await Roles.StartAsync();

        (ScriptedClient client, JobMaker first) = await roles.TemplateAsync();
        client.Send(new CoinbaseOutputConstraints(200, 4));
        JobMaker second = await Roles.PairAsync(client);

        Assert.True(second.Template.TemplateId > first.Template.TemplateId);
        Assert.Equal(first.PrevHash.PrevHash, second.PrevHash.PrevHash);
    }

    [Fact]
    public async Task A_fee_update_brings_a_template_for_the_present_tip()
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, JobMaker first) = await roles.TemplateAsync();

        roles.Chain.AddTransactions(5);
        NewTemplate update = await client.ReceiveAsync<NewTemplate>(Roles.Cancel);

        Assert.False(update.FutureTemplate);
        Assert.True(update.CoinbaseTxValueRemaining > first.Template.CoinbaseTxValueRemaining);
    }

    [Fact]
    public async Task A_valid_solution_becomes_the_tip_that_everyone_is_told()
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, JobMaker job) = await roles.TemplateAsync();
        (ScriptedClient other, _) = await roles.TemplateAsync();
        SubmitSolution solution = job.Solve();

        client.Send(solution);
        JobMaker next = await Roles.PairAsync(client);
        JobMaker nextOfOther = await Roles.PairAsync(other);

        Assert.Equal(job.Grind(new byte[20]).Hash(), next.PrevHash.PrevHash);
        Assert.Equal(next.PrevHash.PrevHash, nextOfOther.PrevHash.PrevHash);
        Assert.Equal(1, roles.Provider.Counters.BlocksAccepted);
        Assert.Equal(101, roles.Chain.Tip.Height);
    }

    [Fact]
    public async Task A_template_announced_ahead_comes_into_force_with_its_tip()
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, _) = await roles.TemplateAsync();

        roles.Provider.AnnounceFutureTemplate();
        NewTemplate announced = await client.ReceiveAsync<NewTemplate>(Roles.Cancel);
        roles.Chain.MineElsewhere();
        var prevHash = await client.ReceiveAsync<SetNewPrevHash>(Roles.Cancel);
        NewTemplate better = await client.ReceiveAsync<NewTemplate>(Roles.Cancel);

        Assert.Equal(announced.TemplateId, prevHash.TemplateId);
        Assert.False(better.FutureTemplate);
        client.Send(new JobMaker { Template = announced, PrevHash = prevHash }.Solve());
        await Roles.PairAsync(client);
        Assert.Equal(1, roles.Provider.Counters.BlocksAccepted);
    }

    public static TheoryData<string, string> SpoiledSolutions => new()
    {
        { "value", "bad-cb-amount" },
        { "commitment", "template: its outputs are not the last ones" },
        { "reserved", "bad-witness-merkle-match" },
        { "size", "template: outputs larger than announced" },
        { "prefix", "template: coinbase prefix" },
        { "script length", "bad-cb-length" },
        { "hash", "high-hash" },
        { "version", "template: fixed version bits were changed" },
        { "time", "template: time before header_timestamp" },
        { "lock time", "template: coinbase lock time" },
    };

    [Theory]
    [MemberData(nameof(SpoiledSolutions))]
    public async Task A_spoiled_solution_is_refused_with_its_reason(string spoiled, string reason)
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, JobMaker job) = await roles.TemplateAsync();
        var judged = new TaskCompletionSource<BlockOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        roles.Provider.SolutionJudged += (_, outcome) => judged.SetResult(outcome);
        SubmitSolution solution = spoiled switch
        {
            "value" => (job with { Value = job.Template.CoinbaseTxValueRemaining + 1 }).Solve(),
            "commitment" => (job with
            {
                Template = job.Template with
                {
                    CoinbaseTxOutputs = Flip(job.Template.CoinbaseTxOutputs,
                30)
                }
            }).Solve(),
            "reserved" => (job with { WitnessReserved = [1, .. new byte[31]] }).Solve(),
            "size" => (job with { Rewards = [new(0, new byte[200])] }).Solve(),
            "prefix" => (job with { Template = job.Template with { CoinbasePrefix = BlockHeight.Push(7000) } }).Solve(),
            "script length" => (job with { Tag = new byte[85] }).Solve(),
            "hash" => job.Solve(meet: false),
            "version" => job.Solve() with { Version = 0x40000000 },
            "time" => job.Solve() with { HeaderTimestamp = job.PrevHash.HeaderTimestamp - 1 },
            _ => (job with { Template = job.Template with { CoinbaseTxLocktime = 1 } }).Solve(),
        };

        client.Send(solution);
        BlockOutcome outcome = await judged.Task.WaitAsync(Roles.Cancel);

        Assert.Equal((BlockStatus.Invalid, reason), (outcome.Status, outcome.Reason));
        Assert.Equal(100, roles.Chain.Tip.Height);
    }

    [Fact]
    public async Task Two_solutions_for_one_tip_make_one_block()
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, JobMaker job) = await roles.TemplateAsync();

        client.Send(job.Solve());
        client.Send(job.Solve());
        client.Send((job with { Tag = [1, 9] }).Solve());
        client.Send(new RequestTransactionData(1));
        await client.ReceiveAsync<RequestTransactionDataSuccess>(Roles.Cancel);

        TemplateProviderCounters counters = roles.Provider.Counters;
        Assert.Equal((3, 1, 1, 1), (counters.Solutions, counters.BlocksAccepted, counters.BlocksDuplicate, counters.BlocksStale));
    }

    [Theory]
    [InlineData(OldTemplates.ServeThenForget, null)]
    [InlineData(OldTemplates.RefuseThenForget, "stale-template-id")]
    public async Task Transaction_data_of_a_replaced_tip_is_kept_for_a_grace_period(OldTemplates behaviour, string? code)
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        await using Roles roles = await Roles.StartAsync(provider: new TemplateProviderOptions { OldTemplates = behaviour }, time: time);
        (ScriptedClient client, JobMaker job) = await roles.TemplateAsync();
        ulong id = job.Template.TemplateId;

        client.Send(new RequestTransactionData(id));
        var data = await client.ReceiveAsync<RequestTransactionDataSuccess>(Roles.Cancel);
        roles.Chain.MineElsewhere();
        await Roles.PairAsync(client);
        client.Send(new RequestTransactionData(id));
        var old = await client.ReceiveAsync(Roles.Cancel);
        time.Advance(TimeSpan.FromSeconds(10));
        client.Send(new RequestTransactionData(id));
        var forgotten = await client.ReceiveAsync<RequestTransactionDataError>(Roles.Cancel);
        client.Send(new RequestTransactionData(ulong.MaxValue));
        var unknown = await client.ReceiveAsync<RequestTransactionDataError>(Roles.Cancel);

        Assert.Equal(20, data.TransactionList.Length);
        Assert.Equal(code, (old as RequestTransactionDataError)?.ErrorCode);
        Assert.Equal(code is null, old is RequestTransactionDataSuccess);
        Assert.Equal("template-id-not-found", forgotten.ErrorCode);
        Assert.Equal("template-id-not-found", unknown.ErrorCode);
    }

    [Fact]
    public async Task A_provider_can_be_stopped_and_comes_back_on_its_port()
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, JobMaker job) = await roles.TemplateAsync();
        int port = roles.Provider.Port;

        await roles.Provider.StopAsync();
        await client.Ending.WaitAsync(Roles.Cancel);
        await Assert.ThrowsAsync<IOException>(roles.ConnectToProviderAsync);
        await roles.Provider.StartAsync(Roles.Cancel);
        (ScriptedClient again, _) = await roles.TemplateAsync();
        again.Send(job.Solve());
        await Roles.PairAsync(again);

        Assert.Equal(port, roles.Provider.Port);
        Assert.Equal(1, roles.Provider.Counters.BlocksAccepted);
    }

    private static byte[] Flip(ReadOnlyMemory<byte> bytes, int index)
    {
        byte[] copy = bytes.ToArray();
        copy[index] ^= 1;
        return copy;
    }
}
