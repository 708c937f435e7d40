using Capnp.Rpc.Wire;

namespace Capnp.Rpc;

/// <summary>Our calls to the peer, and promises of their answers.</summary>
public sealed partial class RpcConnection
{
    private readonly Dictionary<uint, Question> _questions = [];
    private readonly Dictionary<uint, RemoteHook> _embargoes = [];
    private readonly Stack<uint> _freeQuestionIds = new();
    private uint _nextQuestionId;
    private uint _nextEmbargoId;

    internal void SettlePromise(PipelinedHook promise, Capability resolution)
    {
        // Within the loop the question's Return settles its promises itself, before Finish; else the event does.
        if (promise.Parent.Question is not null)
        {
            Settle(promise, resolution);
        }
        else if (!Post(new LoopEvent.Settled(promise, resolution), null))
        {
            resolution.Dispose();
            AbandonWaiting(promise, new RpcException(RpcErrorKind.Disconnected, "the connection has ended"));
        }
    }

    private void Deliver(RemoteHook target, MethodCall method)
    {
        if (method.CancellationToken.IsCancellationRequested)
        {
            method.Fail(new RpcException("canceled"));
            return;
        }

        CapabilityHook hook = Shorten(target);
        switch (hook)
        {
            case RemoteHook { Embargoed: true } held:
                Hold(held, method);
                break;
            case ImportHook import when import.Connection == this:
                import.CallsSent = true;
                method.ToOutgoing();
                SetTarget(method, import.Id);
                SendCall(method);
                break;
            case PipelinedHook promise when promise.Connection == this:
                DeliverToPromise(promise, method);
                break;
            default:
                hook.Call(method);
                break;
        }
    }

    private static void SetTarget(MethodCall method, uint import)
    {
        MessageTarget.Builder target = method.Envelope.InitTarget();
        target.ImportedCap = import;
    }

    private void DeliverToPromise(PipelinedHook promise, MethodCall method)
    {
        if (promise.Parent.Question is not { } question)
        {
            // The call it comes from is executed in this process; its end settles the promise.
            Hold(promise, method);
            return;
        }

        if (question.Finished)
        {
            method.Fail(new RpcException("the call the capability was to come from was given up"));
            return;
        }

        promise.CallsSent = true;
        method.ToOutgoing();
        WritePromise(method.Envelope.InitTarget().InitPromisedAnswer(), question.Id, promise.Path);
        SendCall(method);
    }

    private void Hold(RemoteHook hook, MethodCall method)
    {
        if (hook.Waiting.Count >= _options.MaxQuestions)
            method.Fail(new RpcException(RpcErrorKind.Overloaded, "too many calls wait for a promise"));
        else
            hook.Waiting.Enqueue(method);
    }

    private void SendCall(MethodCall method)
    {
        if (!TryAsk(method, out Question? question))
            return;
        Call.Builder envelope = method.Envelope;
        envelope.QuestionId = question.Id;
        envelope.InterfaceId = method.InterfaceId;
        envelope.MethodId = method.MethodId;
        WriteCapabilities(method.Payload, method.Outgoing!.Capabilities, question.ParamExports);
        Send(method.Outgoing);
    }

    private void SendBootstrap(MethodCall method)
    {
        if (!TryAsk(method, out Question? question))
            return;
        Bootstrap.Builder bootstrap = NewMessage(out MessageBuilder message).InitBootstrap();
        bootstrap.QuestionId = question.Id;
        Send(message);
    }

    private bool TryAsk(MethodCall method, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Question? question)
    {
        question = null;
        if (_questions.Count >= _options.MaxQuestions)
        {
            method.Fail(new RpcException(RpcErrorKind.Overloaded, $"{_questions.Count} calls wait for the peer's answer"));
            return false;
        }

        question = new Question(_freeQuestionIds.TryPop(out uint free) ? free : _nextQuestionId++, method);
        method.Question = question;
        _questions[question.Id] = question;
        return true;
    }

    private void CancelQuestion(MethodCall method)
    {
        if (method.Question is not { Finished: false } question || method.IsCompleted)
            return;
        question.Finished = true;
        SendFinish(question.Id, releaseResultCaps: true);
        // Nothing more is waited for; the entry stays until the peer's Return frees the number.
        method.Fail(new RpcException("canceled"));
    }

    private void SendFinish(uint id, bool releaseResultCaps)
    {
        Finish.Builder finish = NewMessage(out MessageBuilder message).InitFinish();
        finish.QuestionId = id;
        finish.ReleaseResultCaps = releaseResultCaps;
        Send(message);
    }

    private void ReceiveReturn(MessageReader message, Return.Reader answer)
    {
        // It leaves the table when the answer was understood: until then the connection's end must find its caller.
        if (!_questions.TryGetValue(answer.AnswerId, out Question? question))
            throw new ProtocolViolationException($"an answer to question {answer.AnswerId}, which was not asked");
        if (answer.ReleaseParamCaps)
        {
            foreach (uint export in question.ParamExports)
                ReleaseExport(export, 1);
        }

        if (!question.Finished)
        {
            Answer(message, answer, question.Call);
            question.Finished = true;
            // The capabilities are ours now, so they are given back one by one and not by Finish.
            SendFinish(question.Id, releaseResultCaps: false);
        }

        _ = _questions.Remove(question.Id);
        _freeQuestionIds.Push(question.Id);
    }

    private void Answer(MessageReader message, Return.Reader answer, MethodCall call)
    {
        switch (answer.Union)
        {
            case Return.Which.Results:
                Payload.Reader payload = answer.Results;
                call.Complete(new CallResult(payload.Content, ReadCapabilities(message, payload)));
                break;
            case Return.Which.Exception:
                call.Fail(ToException(answer.Exception));
                break;
            case Return.Which.Canceled:
                call.Fail(new RpcException("the peer cancelled the call"));
                break;
            default:
                // We never ask for results to go elsewhere, so they cannot.
                throw new ProtocolViolationException("an answer of a kind that was not asked for");
        }
    }

    private static RpcException ToException(Wire.Exception.Reader exception)
    {
        RpcErrorKind kind = (RpcErrorKind)exception.Type;
        return new RpcException(Enum.IsDefined(kind) ? kind : RpcErrorKind.Failed, exception.Reason);
    }

    private void Settle(RemoteHook promise, Capability resolution)
    {
        if (promise.Resolution is not null)
        {
            resolution.Dispose();
            return;
        }

        resolution = promise.WithoutCycle(resolution);
        promise.Resolution = resolution;
        CapabilityHook target = Shorten(resolution.Hook);
        bool staysRemote = target is RemoteHook { Connection: { } connection } && connection == this;
        if (promise.CallsSent && !staysRemote && target is not BrokenHook)
        {
            // Calls sent to the promise come back here through the peer; those made from now on must not overtake them.
            if (_embargoes.Count >= _options.MaxQuestions)
                throw new ProtocolViolationException("too many embargoes that the peer does not lift");
            promise.Embargoed = true;
            uint id = _nextEmbargoId++;
            _embargoes[id] = promise;
            SendDisembargo(promise, id, loopback: true);
            return;
        }

        ReleaseWaiting(promise);
    }

    private void ReleaseWaiting(RemoteHook promise)
    {
        promise.Embargoed = false;
        while (promise.Waiting.TryDequeue(out MethodCall? method))
            Deliver(promise, method);
        if (promise.Unreferenced)
            promise.Resolution?.Dispose();
    }

    private void SendDisembargo(RemoteHook target, uint embargoId, bool loopback)
    {
        Disembargo.Builder disembargo = NewMessage(out MessageBuilder message).InitDisembargo();
        MessageTarget.Builder address = disembargo.InitTarget();
        if (target is ImportHook import)
            address.ImportedCap = import.Id;
        else if (target is PipelinedHook { Parent.Question: { } question } promise)
            WritePromise(address.InitPromisedAnswer(), question.Id, promise.Path);
        Disembargo.Context.Builder context = disembargo.InitContext();
        if (loopback)
            context.SenderLoopback = embargoId;
        else
            context.ReceiverLoopback = embargoId;
        Send(message);
    }
}
