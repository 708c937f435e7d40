using Capnp.Rpc;

namespace BitcoinCore.Ipc.Adapters;

/// <summary>
/// The mining interface of one generation. Methods throw what a call throws (<see cref="RpcException"/>,
/// <see cref="Capnp.CapnpFormatException"/>); the client above turns that into values.
/// </summary>
internal interface IMiningAdapter : IDisposable
{
    NodeGeneration Generation { get; }

    Task<bool> IsTestChainAsync(Capability thread, CancellationToken cancellationToken);

    Task<bool> IsInitialBlockDownloadAsync(Capability thread, CancellationToken cancellationToken);

    Task<NodeTip?> GetTipAsync(Capability thread, CancellationToken cancellationToken);

    Task<ITemplateAdapter> CreateNewBlockAsync(
        Capability thread, TemplateConstraints constraints, bool cooldown, CancellationToken cancellationToken);

    /// <summary>Ends a createNewBlock that waits; does nothing before v31, where it cannot wait.</summary>
    Task InterruptAsync(CancellationToken cancellationToken);

    /// <summary>Submits a whole block; null where the generation cannot.</summary>
    Task<SubmitOutcome>? SubmitBlockAsync(Capability thread, ReadOnlyMemory<byte> block, CancellationToken cancellationToken);
}

/// <summary>A template of one generation.</summary>
internal interface ITemplateAdapter : IDisposable
{
    Task<ReadOnlyMemory<byte>> GetHeaderAsync(Capability thread, CancellationToken cancellationToken);

    Task<TemplateCoinbase> GetCoinbaseAsync(Capability thread, CancellationToken cancellationToken);

    Task<IReadOnlyList<ReadOnlyMemory<byte>>> GetMerklePathAsync(Capability thread, CancellationToken cancellationToken);

    Task<ReadOnlyMemory<byte>> GetBlockAsync(Capability thread, CancellationToken cancellationToken);

    Task<SubmitOutcome> SubmitSolutionAsync(
        Capability thread, uint version, uint timestamp, uint nonce, ReadOnlyMemory<byte> coinbase, CancellationToken cancellationToken);

    /// <summary>The next template, or null when the timeout passed first.</summary>
    Task<ITemplateAdapter?> WaitNextAsync(Capability thread, TimeSpan timeout, long feeThreshold, CancellationToken cancellationToken);

    Task InterruptWaitAsync(CancellationToken cancellationToken);

    Task DestroyAsync(Capability thread, CancellationToken cancellationToken);
}
