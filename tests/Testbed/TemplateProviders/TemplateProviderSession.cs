using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.TemplateDistribution;
using Testbed.Net;

namespace Testbed.TemplateProviders;

/// <summary>One client of a template provider. The fields belong to the provider's lock.</summary>
internal sealed class TemplateProviderSession(TemplateProvider provider) : Session
{
    private bool _setUp;

    public bool Ready { get; set; }

    public uint MaxAdditionalSize { get; set; }

    /// <summary>Height of the tip that was sent last.</summary>
    public int TipHeight { get; set; } = -1;

    public uint HeaderTimestamp { get; set; }

    /// <summary>A template for the block after the next one.</summary>
    public Template? Future { get; set; }

    /// <summary>Ids of templates sent, oldest first.</summary>
    public Queue<ulong> Sent { get; } = new();

    public override void OnMessage(Sv2Message message)
    {
        if (!_setUp)
        {
            SetUp(message);
            return;
        }

        switch (message)
        {
            case CoinbaseOutputConstraints constraints:
                provider.OnConstraints(this, constraints);
                break;
            case RequestTransactionData request:
                provider.OnTransactionDataRequest(this, request.TemplateId);
                break;
            case SubmitSolution solution:
                provider.OnSolution(solution);
                break;
            default:
                provider.Violation($"unexpected {message.GetType().Name}");
                Peer.Close("unexpected message");
                break;
        }
    }

    public override void OnEnded(string reason) => provider.Ended(this);

    private void SetUp(Sv2Message message)
    {
        if (message is not SetupConnection setup)
        {
            provider.Violation($"{message.GetType().Name} before SetupConnection");
            Peer.Close("SetupConnection expected");
            return;
        }

        if (Setup.Check(setup, Setup.TemplateDistribution, 0) is { } error)
        {
            Peer.Send(error);
            Peer.Close(error.ErrorCode);
            return;
        }

        _setUp = true;
        Peer.Send(new SetupConnectionSuccess(Setup.Version, 0));
    }
}
