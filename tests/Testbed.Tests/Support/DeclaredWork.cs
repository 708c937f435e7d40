using System.Collections.Immutable;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Testbed.Consensus;
using Testbed.Net;

namespace Testbed.Tests.Support;

/// <summary>A valid declaration with its token, and the pool channel to use it on.</summary>
internal sealed class DeclaredWork
{
    private readonly ScriptedClient _declarator;

    private DeclaredWork(
        ScriptedClient declarator,
        ScriptedClient pool,
        OpenExtendedMiningChannelSuccess channel,
        JobMaker job,
        ReadOnlyMemory<byte> token) =>
        (_declarator, Pool, Channel, Job, Token) = (declarator, pool, channel, job, token);

    public ScriptedClient Pool { get; }

    public OpenExtendedMiningChannelSuccess Channel { get; }

    public JobMaker Job { get; }

    public ReadOnlyMemory<byte> Token { get; }

    private byte[] Extranonce => [.. Channel.ExtranoncePrefix.Span, .. new byte[Channel.ExtranonceSize]];

    public static async Task<DeclaredWork> CreateAsync(Roles roles, float hashRate = 0)
    {
        (_, JobMaker maker) = await roles.TemplateAsync();
        ScriptedClient declarator = await roles.SetUpDeclaratorAsync();
        JobMaker job = maker with { Rewards = roles.Backend.CoinbaseOutputs };
        ImmutableArray<RawTransaction> transactions = roles.Chain.Assemble(BlockRules.MaxWeight).Transactions;
        declarator.Send(job.Declare(1, await AllocateAsync(declarator), transactions));
        var success = await declarator.ReceiveAsync<DeclareMiningJobSuccess>(Roles.Cancel);
        (ScriptedClient pool, OpenExtendedMiningChannelSuccess channel) = await roles.OpenChannelAsync(hashRate);
        return new DeclaredWork(declarator, pool, channel, job, success.NewMiningJobToken);
    }

    public Task<ReadOnlyMemory<byte>> AllocateAsync() => AllocateAsync(_declarator);

    /// <summary>Has the job acknowledged and makes a share for it.</summary>
    public async Task<SubmitSharesExtended> ShareAsync()
    {
        Pool.Send(Job.CustomJob(Channel.ChannelId, 5, Token));
        uint jobId = (await Pool.ReceiveAsync<SetCustomMiningJobSuccess>(Roles.Cancel)).JobId;
        Consensus.BlockHeader header = Job.Grind(Extranonce);
        return new SubmitSharesExtended(
            Channel.ChannelId, 2, jobId, header.Nonce, header.Time, header.Version,
            Extranonce.AsMemory(Channel.ExtranoncePrefix.Length));
    }

    public uint NonceAboveTarget() => Job.Grind(Extranonce, meet: false).Nonce;

    private static async Task<ReadOnlyMemory<byte>> AllocateAsync(ScriptedClient declarator)
    {
        declarator.Send(new AllocateMiningJobToken("farm", 1));
        return (await declarator.ReceiveAsync<AllocateMiningJobTokenSuccess>(Roles.Cancel)).MiningJobToken;
    }
}
