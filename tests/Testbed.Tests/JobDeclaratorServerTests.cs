using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Testbed.Consensus;
using Testbed.JobDeclarators;
using Testbed.Net;

namespace Testbed.Tests;

public sealed class JobDeclaratorServerTests
{
    [Theory]
    [InlineData(0, 2, 1u, "unsupported-protocol")]
    [InlineData(1, 3, 1u, "protocol-version-mismatch")]
    [InlineData(1, 2, 2u, "unsupported-feature-flags")]
    [InlineData(1, 2, 0u, "missing-declare-tx-data-flag")]
    public async Task A_wrong_set_up_is_refused(byte protocol, ushort version, uint flags, string code)
    {
        await using Roles roles = await Roles.StartAsync(declarator: new JobDeclaratorOptions { AcceptCoinbaseOnly = false });
        ScriptedClient client = await roles.ConnectToDeclaratorAsync();

        client.Send(new SetupConnection(protocol, version, version, flags, "h", 1, "", "", "", ""));

        Assert.Equal(code, (await client.ReceiveAsync<SetupConnectionError>(Roles.Cancel)).ErrorCode);
    }

    [Fact]
    public async Task A_token_brings_the_outputs_the_pool_wants()
    {
        await using Roles roles = await Roles.StartAsync();
        ScriptedClient client = await roles.SetUpDeclaratorAsync();

        AllocateMiningJobTokenSuccess first = await AllocateAsync(client);
        AllocateMiningJobTokenSuccess second = await AllocateAsync(client);

        ImmutableArray<TxOutput> outputs = RawTransaction.TryParseOutputs(first.CoinbaseTxOutputs.Span)!.Value;
        Assert.Equal(0u, Assert.Single(outputs).Value);
        Assert.False(first.MiningJobToken.Span.SequenceEqual(second.MiningJobToken.Span));
    }

    [Fact]
    public async Task A_declaration_of_known_transactions_is_accepted_at_once()
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, JobMaker job) = await DeclarableAsync(roles);

        client.Send(job.Declare(7, (await AllocateAsync(client)).MiningJobToken, Transactions(roles)));

        Assert.Equal(7u, (await client.ReceiveAsync<DeclareMiningJobSuccess>(Roles.Cancel)).RequestId);
        Assert.Equal(0, roles.Declarator.Counters.MissingRequests);
    }

    [Fact]
    public async Task Unknown_transactions_are_asked_for_and_the_declaration_accepted()
    {
        await using Roles roles = await Roles.StartAsync(missingShare: 0.3);
        (ScriptedClient client, JobMaker job) = await DeclarableAsync(roles);
        ImmutableArray<RawTransaction> transactions = Transactions(roles);

        client.Send(job.Declare(7, (await AllocateAsync(client)).MiningJobToken, transactions));
        var asked = await client.ReceiveAsync<ProvideMissingTransactions>(Roles.Cancel);
        client.Send(new ProvideMissingTransactionsSuccess(7, [.. asked.UnknownTxPositionList.Select(i => transactions[i].Bytes)]));

        Assert.InRange(asked.UnknownTxPositionList.Length, 1, transactions.Length - 1);
        Assert.Equal(7u, (await client.ReceiveAsync<DeclareMiningJobSuccess>(Roles.Cancel)).RequestId);
    }

    [Theory]
    [InlineData("none", "missing-txs")]
    [InlineData("another", "missing-txs")]
    [InlineData("garbage", "invalid-job")]
    public async Task Wrong_missing_transactions_are_refused(string what, string code)
    {
        await using Roles roles = await Roles.StartAsync(missingShare: 1);
        (ScriptedClient client, JobMaker job) = await DeclarableAsync(roles);
        ImmutableArray<RawTransaction> transactions = Transactions(roles);
        client.Send(job.Declare(7, (await AllocateAsync(client)).MiningJobToken, transactions));
        await client.ReceiveAsync<ProvideMissingTransactions>(Roles.Cancel);

        client.Send(new ProvideMissingTransactionsSuccess(7, what switch
        {
            "none" => [],
            "another" => [.. transactions.Reverse().Select(tx => tx.Bytes)],
            _ => [.. transactions.Select(_ => new ReadOnlyMemory<byte>([1, 2, 3]))],
        }));

        Assert.Equal(code, (await client.ReceiveAsync<DeclareMiningJobError>(Roles.Cancel)).ErrorCode);
    }

    public static TheoryData<string, string> SpoiledDeclarations => new()
    {
        { "unknown token", "invalid-mining-job-token" },
        { "token of another connection", "invalid-mining-job-token" },
        { "garbage coinbase", "invalid-coinbase-tx" },
        { "outpoint", "invalid-coinbase-tx-input" },
        { "unpaid", "invalid-coinbase-tx" },
        { "height", "stale-chain-tip" },
        { "value", "invalid-job" },
        { "order", "invalid-job" },
        { "left out", "invalid-job" },
        { "twice", "invalid-job" },
    };

    [Theory]
    [MemberData(nameof(SpoiledDeclarations))]
    public async Task A_spoiled_declaration_is_refused_with_its_code(string spoiled, string code)
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, JobMaker job) = await DeclarableAsync(roles);
        ImmutableArray<RawTransaction> transactions = Transactions(roles);
        ReadOnlyMemory<byte> token = (await AllocateAsync(client)).MiningJobToken;
        DeclareMiningJob good = job.Declare(1, token, transactions);
        byte[] outpoint = good.CoinbaseTxPrefix.ToArray();
        outpoint[10] = 1;

        client.Send(spoiled switch
        {
            "unknown token" => good with { MiningJobToken = new byte[12] },
            "token of another connection" =>
                good with { MiningJobToken = (await AllocateAsync(await roles.SetUpDeclaratorAsync())).MiningJobToken },
            "garbage coinbase" => good with { CoinbaseTxSuffix = new byte[40] },
            "outpoint" => good with { CoinbaseTxPrefix = outpoint },
            "unpaid" => (job with { Rewards = [new(0, (byte[])[0x51])] }).Declare(1, token, transactions),
            "height" => (job with { Template = job.Template with { CoinbasePrefix = BlockHeight.Push(500) } }).Declare(1, token,
                transactions),
            "value" => (job with { Value = job.Template.CoinbaseTxValueRemaining + 1 }).Declare(1, token, transactions),
            "order" => job.Declare(1, token, transactions.Reverse()),
            "left out" => job.Declare(1, token, transactions.Skip(1)),
            _ => job.Declare(1, token, [.. transactions, transactions[0]]),
        });

        Assert.Equal(code, (await client.ReceiveAsync<DeclareMiningJobError>(Roles.Cancel)).ErrorCode);
        Assert.Equal(0, roles.Declarator.Counters.DeclarationsAccepted);
    }

    [Fact]
    public async Task A_token_declares_once()
    {
        await using Roles roles = await Roles.StartAsync();
        (ScriptedClient client, JobMaker job) = await DeclarableAsync(roles);
        ReadOnlyMemory<byte> token = (await AllocateAsync(client)).MiningJobToken;

        client.Send(job.Declare(1, token, Transactions(roles)));
        client.Send(job.Declare(2, token, Transactions(roles)));

        Assert.Equal(1u, (await client.ReceiveAsync<DeclareMiningJobSuccess>(Roles.Cancel)).RequestId);
        Assert.Equal("invalid-mining-job-token", (await client.ReceiveAsync<DeclareMiningJobError>(Roles.Cancel)).ErrorCode);
    }

    [Fact]
    public async Task A_token_expires()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        await using Roles roles = await Roles.StartAsync(time: time);
        (ScriptedClient client, JobMaker job) = await DeclarableAsync(roles);
        ReadOnlyMemory<byte> token = (await AllocateAsync(client)).MiningJobToken;

        time.Advance(TimeSpan.FromHours(24));
        client.Send(job.Declare(1, token, Transactions(roles)));

        Assert.Equal("invalid-mining-job-token", (await client.ReceiveAsync<DeclareMiningJobError>(Roles.Cancel)).ErrorCode);
    }

    [Fact]
    public async Task A_pushed_solution_is_made_a_block_and_becomes_the_tip()
    {
        await using Roles roles = await Roles.StartAsync(missingShare: 0.3);
        (ScriptedClient client, JobMaker job) = await DeclarableAsync(roles);
        ImmutableArray<RawTransaction> transactions = Transactions(roles);
        client.Send(job.Declare(1, (await AllocateAsync(client)).MiningJobToken, transactions));
        var asked = await client.ReceiveAsync<ProvideMissingTransactions>(Roles.Cancel);
        client.Send(new ProvideMissingTransactionsSuccess(1, [.. asked.UnknownTxPositionList.Select(i => transactions[i].Bytes)]));
        await client.ReceiveAsync<DeclareMiningJobSuccess>(Roles.Cancel);
        var extranonce = new byte[job.ExtranonceLength];
        extranonce[3] = 9;
        Consensus.BlockHeader header = job.Grind(extranonce);

        client.Send(new PushSolution(extranonce, header.PrevHash, header.Nonce, header.Time, header.Bits, header.Version));
        client.Send(new PushSolution(new byte[5], header.PrevHash, header.Nonce, header.Time, header.Bits, header.Version));
        await AllocateAsync(client);

        Assert.Equal(header.Hash(), roles.Chain.Tip.Hash);
        Assert.Equal((2, 1), (roles.Declarator.Counters.Solutions, roles.Declarator.Counters.BlocksAccepted));
        Assert.Single(roles.Declarator.Counters.BlockRefusals);
    }

    [Fact]
    public async Task A_declaration_whose_tip_goes_while_transactions_are_missing_is_stale()
    {
        await using Roles roles = await Roles.StartAsync(missingShare: 1);
        (ScriptedClient client, JobMaker job) = await DeclarableAsync(roles);
        ImmutableArray<RawTransaction> transactions = Transactions(roles);
        client.Send(job.Declare(1, (await AllocateAsync(client)).MiningJobToken, transactions));
        await client.ReceiveAsync<ProvideMissingTransactions>(Roles.Cancel);

        roles.Chain.MineElsewhere();
        client.Send(new ProvideMissingTransactionsSuccess(1, [.. transactions.Select(tx => tx.Bytes)]));

        Assert.Equal("stale-chain-tip", (await client.ReceiveAsync<DeclareMiningJobError>(Roles.Cancel)).ErrorCode);
    }

    private static async Task<(ScriptedClient Client, JobMaker Job)> DeclarableAsync(Roles roles)
    {
        (_, JobMaker job) = await roles.TemplateAsync();
        return (await roles.SetUpDeclaratorAsync(), job with { Rewards = roles.Backend.CoinbaseOutputs });
    }

    private static async Task<AllocateMiningJobTokenSuccess> AllocateAsync(ScriptedClient client)
    {
        client.Send(new AllocateMiningJobToken("farm", 1));
        return await client.ReceiveAsync<AllocateMiningJobTokenSuccess>(Roles.Cancel);
    }

    private static ImmutableArray<RawTransaction> Transactions(Roles roles) => roles.Chain.Assemble(BlockRules.MaxWeight).Transactions;
}
