using BitcoinCore.Ipc.Adapters;
using Capnp;

namespace BitcoinCore.Ipc;

/// <summary>
/// A template held in the node. Disposing destroys it there; until then solutions can be submitted to it, also on an old tip.
/// </summary>
public sealed class NodeTemplate : IAsyncDisposable
{
    private readonly MiningClient _client;
    private readonly ITemplateAdapter _raw;
    private readonly Lock _gate = new();
    private Task<NodeResult<ReadOnlyMemory<byte>>>? _block;
    private int _disposed;

    private NodeTemplate(MiningClient client, ITemplateAdapter raw, TemplateData data)
    {
        _client = client;
        _raw = raw;
        Data = data;
    }

    /// <summary>Header, coinbase and merkle path.</summary>
    public TemplateData Data { get; }

    /// <summary>The template's block with all its transactions, had from the node once and then kept.</summary>
    /// <param name="cancellationToken">Gives up waiting; others who wait for the same answer go on.</param>
    public Task<NodeResult<ReadOnlyMemory<byte>>> GetBlockAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_block is null or { IsCompletedSuccessfully: true, Result.Failure: not null })
                _block = _client.CallAsync(_client.Blocks, _client.Options.BlockDeadline, _raw.GetBlockAsync, CancellationToken.None);
            return _block.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for a better template: a new tip, or fees that grew.</summary>
    /// <param name="timeout">How long the node waits.</param>
    /// <param name="feeThreshold">Sats by which the fees must have grown on the same tip; <see cref="long.MaxValue"/> for none.</param>
    /// <param name="cancellationToken">Interrupts the wait, in the node too.</param>
    /// <returns>The next template with its data, or null when the timeout passed first.</returns>
    public async Task<NodeResult<NodeTemplate?>> WaitNextAsync(TimeSpan timeout, long feeThreshold, CancellationToken cancellationToken)
    {
        long threshold = Math.Min(feeThreshold, Generated.V32.MiningConstants.MaxMoney);
        long begin = _client.Time.GetTimestamp();
        await using (cancellationToken.UnsafeRegister(static state => ((NodeTemplate)state!).Interrupt(), this))
        {
            while (true)
            {
                TimeSpan left = timeout - _client.Time.GetElapsedTime(begin);
                TimeSpan once = _client.Generation == NodeGeneration.V30 && left > _client.Options.LongestWaitOfV30
                    ? _client.Options.LongestWaitOfV30 : left;
                NodeResult<ITemplateAdapter?> next = await WaitOnceAsync(once, threshold);
                if (!next.TryGet(out ITemplateAdapter? raw, out NodeFailure? failure))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return new(failure);
                }

                if (raw is not null)
                {
                    NodeResult<NodeTemplate> fetched = await FetchAsync(_client, raw, cancellationToken);
                    return fetched.TryGet(out NodeTemplate? template, out failure) ? new(template) : new(failure);
                }

                cancellationToken.ThrowIfCancellationRequested();
                if (once == left)
                    return new((NodeTemplate?)null);
            }
        }
    }

    /// <summary>Submits a solution, on a thread of its own.</summary>
    /// <param name="version">Header version.</param>
    /// <param name="timestamp">Header time.</param>
    /// <param name="nonce">Header nonce.</param>
    /// <param name="coinbase">The serialised coinbase with its witness.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<NodeResult<SubmitOutcome>> SubmitSolutionAsync(
        uint version, uint timestamp, uint nonce, ReadOnlyMemory<byte> coinbase, CancellationToken cancellationToken) =>
        _client.CallAsync(
            _client.Submitting,
            _client.Options.SubmitDeadline,
            (thread, token) => _raw.SubmitSolutionAsync(thread, version, timestamp, nonce, coinbase, token),
            cancellationToken);

    /// <summary>Destroys the template in the node; a failure there does not matter here.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _ = await _client.CallAsync(
            _client.Fetching,
            _client.Options.ShortDeadline,
            async (thread, token) =>
            {
                await _raw.DestroyAsync(thread, token);
                return true;
            },
            CancellationToken.None);
        _raw.Dispose();
    }

    internal static async Task<NodeResult<NodeTemplate>> FetchAsync(
        MiningClient client, ITemplateAdapter raw, CancellationToken cancellationToken)
    {
        try
        {
            NodeResult<TemplateData> fetched = await client.CallAsync(
                client.Fetching,
                client.Options.ShortDeadline,
                async (thread, token) =>
                {
                    // A new tip waits for these three: where the node queues a thread's calls, they go out together.
                    bool queues = client.Generation >= NodeGeneration.V31;
                    Task<ReadOnlyMemory<byte>> header = raw.GetHeaderAsync(thread, token);
                    if (!queues)
                        await header;
                    Task<TemplateCoinbase> coinbase = raw.GetCoinbaseAsync(thread, token);
                    if (!queues)
                        await coinbase;
                    Task<IReadOnlyList<ReadOnlyMemory<byte>>> path = raw.GetMerklePathAsync(thread, token);
                    // All of them, also when one fails: nothing of a template may be under way on a thread that is left.
                    await Task.WhenAll(header, coinbase, path);
                    return new TemplateData(
                        Checked(await header, TemplateData.HeaderBytes),
                        await coinbase,
                        [.. (await path).Select(hash => Checked(hash, 32))]);
                },
                cancellationToken);
            if (fetched.TryGet(out TemplateData? data, out NodeFailure? failure))
                return new(new NodeTemplate(client, raw, data));
            raw.Dispose();
            return new(failure);
        }
        catch
        {
            raw.Dispose();
            throw;
        }
    }

    private static ReadOnlyMemory<byte> Checked(ReadOnlyMemory<byte> value, int length) =>
        value.Length == length ? value : throw new CapnpFormatException($"{value.Length} bytes where {length} are needed");

    private Task<NodeResult<ITemplateAdapter?>> WaitOnceAsync(TimeSpan timeout, long feeThreshold) => _client.CallAsync(
        _client.Waiting,
        timeout + _client.Options.WaitGrace,
        (thread, token) => _raw.WaitNextAsync(thread, timeout, feeThreshold, token),
        CancellationToken.None);

    /// <summary>Lets the node end the wait; 30.0 cannot and ends it with its timeout.</summary>
    private void Interrupt() => _ = _client.CallAsync(
        null,
        _client.Options.InterruptDeadline,
        async (_, token) =>
        {
            await _raw.InterruptWaitAsync(token);
            return true;
        },
        CancellationToken.None);
}
