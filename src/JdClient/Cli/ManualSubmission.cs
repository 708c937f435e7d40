using BitcoinCore.Ipc;
using JdClient.Blocks;
using JdClient.Blocks.JsonRpc;
using JdClient.Configuration;
using JdClient.TemplateReceiver.BitcoinCoreIpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace JdClient.Cli;

/// <summary>One block to every configured node that takes whole blocks, once, beside a daemon that may be running.</summary>
internal static class ManualSubmission
{
    /// <returns>Success when a node has the block now.</returns>
    internal static async Task<ExitCode> RunAsync(
        JdcConfiguration configuration, WholeBlock block, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        List<Task<(string Name, TargetAnswer Answer)>> asked =
        [
            .. configuration.BlockSubmit.Select(target => OverRpcAsync(target, block, cancellationToken)),
            .. configuration.TemplateProviders.OfType<TemplateProviderConfiguration.BitcoinCoreIpc>()
                .Select(node => OverIpcAsync(node, block, cancellationToken)),
        ];
        if (asked.Count == 0)
        {
            await error.WriteLineAsync("There is no node to send it to: add [[block_submit]] with url and cookie_file.");
            return ExitCode.NotDone;
        }

        bool taken = false;
        await foreach (Task<(string Name, TargetAnswer Answer)> done in Task.WhenEach(asked).WithCancellation(cancellationToken))
        {
            (string name, TargetAnswer answer) = await done;
            taken |= answer.Kind is AnswerKind.Accepted or AnswerKind.Duplicate;
            await output.WriteLineAsync($"{name}: {answer}");
        }

        return taken ? ExitCode.Success : ExitCode.NotDone;
    }

    private static async Task<(string Name, TargetAnswer Answer)> OverRpcAsync(
        BlockSubmitConfiguration configuration, WholeBlock block, CancellationToken cancellationToken)
    {
        using var target = new RpcTarget(configuration, [], TimeProvider.System, NullLogger.Instance);
        return (target.Name, await target.SubmitAsync(block, cancellationToken));
    }

    private static async Task<(string Name, TargetAnswer Answer)> OverIpcAsync(
        TemplateProviderConfiguration.BitcoinCoreIpc node, WholeBlock block, CancellationToken cancellationToken)
    {
        var target = new NodeBlockTarget(0, node.Name);
        if (NodeSocketPath.Of(node, Environment.GetEnvironmentVariable("HOME")) is not { } socket)
            return (target.Name, TargetAnswer.Failed("set data_dir or socket_path"));
        NodeResult<MiningClient> connected =
            await MiningClient.ConnectAsync(socket, MiningClientOptions.Default, TimeProvider.System, cancellationToken);
        if (!connected.TryGet(out MiningClient? client, out NodeFailure? failure))
            return (target.Name, TargetAnswer.Failed(failure.Message));
        await using (client)
        {
            target.Attach(client);
            return (target.Name, await target.SubmitAsync(block, cancellationToken));
        }
    }
}
