using System.Text.Json;
using Bitcoin;
using JdClient.Configuration;
using JdClient.Logging;
using Microsoft.Extensions.Logging;

namespace JdClient.Blocks.JsonRpc;

/// <summary>A node that takes blocks by its JSON-RPC <c>submitblock</c> (BIP22; <c>[[block_submit]]</c>).</summary>
/// <param name="target">Where and how.</param>
/// <param name="networks">The chains of our own nodes, where they are known; for a warning.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it is told whether the node can be reached.</param>
internal sealed class RpcTarget(
    BlockSubmitConfiguration target, IReadOnlyCollection<BitcoinNetwork> networks, TimeProvider time, ILogger log)
    : IBlockTarget, IDisposable
{
    /// <summary>The node's code for a block that it cannot read.</summary>
    private const int DeserializationError = -22;

    private readonly RpcClient _client = new(target, time);

    /// <inheritdoc/>
    public string Name => target.Name;

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            JsonElement info = await _client.CallAsync(() => RpcRequest.Of("getblockchaininfo"), cancellationToken);
            string chain = info.ValueKind == JsonValueKind.Object && info.TryGetProperty("chain", out JsonElement text)
                ? Readable.Text(text.ToString())
                : "?";
            if (networks.Count > 0 && !networks.Any(network => NameOf(network) == chain))
                log.TargetOnOtherChain(Name, chain, string.Join(", ", networks.Select(NameOf)));
            else
                log.TargetReachable(Name, chain);
        }
        catch (RpcException exception)
        {
            log.TargetUnreachable(Name, exception.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<TargetAnswer> SubmitAsync(WholeBlock block, CancellationToken cancellationToken)
    {
        try
        {
            JsonElement result = await _client.CallAsync(() => RpcRequest.OfBytes("submitblock", block.Parts), cancellationToken);
            TargetAnswer answer = Read(result);
            return answer.Kind == AnswerKind.Inconclusive ? await CheckAsync(block.Hash, answer, cancellationToken) : answer;
        }
        catch (RpcException exception) when (exception.Code == DeserializationError)
        {
            return new TargetAnswer(AnswerKind.Rejected, exception.Message);
        }
        catch (RpcException exception)
        {
            return TargetAnswer.Failed(exception.Message);
        }
    }

    private static string NameOf(BitcoinNetwork network) =>
        network == BitcoinNetwork.Mainnet ? "main" : network.ToString().ToLowerInvariant();

    // BIP22: null is success, a text the reason.
    private static TargetAnswer Read(JsonElement result) => result.ValueKind == JsonValueKind.Null
        ? new TargetAnswer(AnswerKind.Accepted, "")
        : TargetAnswer.OfReason(Readable.Text(result.ToString()), "");

    // Whether it is in the best chain by now.
    private async Task<TargetAnswer> CheckAsync(U256 hash, TargetAnswer said, CancellationToken cancellationToken)
    {
        JsonElement header = await _client.CallAsync(() => RpcRequest.OfHash("getblockheader", hash), cancellationToken);
        return header.ValueKind == JsonValueKind.Object
            && header.TryGetProperty("confirmations", out JsonElement confirmations)
            && confirmations.TryGetInt64(out long depth)
            && depth > 0
            ? new TargetAnswer(AnswerKind.Accepted, "")
            : said with { Detail = "the node keeps it, beside another block of that height" };
    }
}
