using Capnp.Rpc.Wire;

namespace Capnp.Rpc;

/// <summary>The peer's messages, and its calls to us.</summary>
public sealed partial class RpcConnection
{
    private readonly Dictionary<uint, AnswerEntry> _answers = [];

    private void Receive(MessageReader raw)
    {
        Message.Reader message = new(raw.Root.ReadStruct());
        switch (message.Union)
        {
            case Message.Which.Bootstrap:
                ReceiveBootstrap(message.Bootstrap);
                break;
            case Message.Which.Call:
                ReceiveCall(raw, message.Call);
                break;
            case Message.Which.Return:
                ReceiveReturn(raw, message.Return);
                break;
            case Message.Which.Finish:
                ReceiveFinish(message.Finish);
                break;
            case Message.Which.Release:
                ReleaseExport(message.Release.Id, message.Release.ReferenceCount);
                break;
            case Message.Which.Resolve:
                ReceiveResolve(message.Resolve);
                break;
            case Message.Which.Disembargo:
                ReceiveDisembargo(raw, message.Disembargo);
                break;
            case Message.Which.Abort:
                End(new RpcEnd(RpcEndKind.AbortedByPeer, message.Abort.Reason), null);
                break;
            case Message.Which.Unimplemented:
                ReceiveUnimplemented(message.Unimplemented);
                break;
            default:
                SendUnimplemented(raw);
                break;
        }
    }

    private AnswerEntry NewAnswer(uint id)
    {
        if (_answers.Count >= _options.MaxAnswers)
            throw new ProtocolViolationException($"more than {_options.MaxAnswers} calls at a time");
        AnswerEntry entry = new(this, id);
        return _answers.TryAdd(id, entry) ? entry : throw new ProtocolViolationException($"question {id} is asked twice");
    }

    private void ReceiveBootstrap(Bootstrap.Reader bootstrap)
    {
        AnswerEntry entry = NewAnswer(bootstrap.QuestionId);
        if (_bootstrap is null)
        {
            SendReturn(entry, null, new RpcException(RpcErrorKind.Unimplemented, "nothing is offered here"));
            return;
        }

        ReturnEnvelope envelope = new();
        envelope.Payload.InitContent().SetCapability(_bootstrap);
        SendReturn(entry, envelope.ToResult(), null);
    }

    private void ReceiveCall(MessageReader raw, Call.Reader call)
    {
        AnswerEntry entry = NewAnswer(call.QuestionId);
        Payload.Reader payload = call.Params;
        Capability?[] capabilities = ReadCapabilities(raw, payload);
        MethodCall method = new(call.InterfaceId, call.MethodId, payload.Content, capabilities, entry, entry.CancellationToken);
        entry.Call = method;
        if (call.SendResultsTo.Union != Call.SendResultsTo.Which.Caller)
        {
            method.Fail(new RpcException(RpcErrorKind.Unimplemented, "results are only sent to the caller"));
            return;
        }

        using Capability target = Target(call.Target);
        target.Hook.Call(method);
    }

    private Capability Target(MessageTarget.Reader target) => target.Union switch
    {
        MessageTarget.Which.ImportedCap => OwnExport(target.ImportedCap),
        MessageTarget.Which.PromisedAnswer => OwnAnswer(target.PromisedAnswer),
        _ => throw new ProtocolViolationException("a target of a kind that is not known here"),
    };

    private void SendReturn(AnswerEntry entry, CallResult? result, RpcException? problem)
    {
        entry.Returned = true;
        if (entry.Finished)
        {
            result?.Dispose();
            entry.SettlePromises(problem);
            NewReturn(entry, out MessageBuilder cancelled).SetCanceled();
            Send(cancelled);
            _ = _answers.Remove(entry.Id);
            entry.Dispose();
            return;
        }

        entry.Result = result;
        entry.SettlePromises(problem);
        if (result is not null)
            SendResults(entry, result);
        else
            SendException(entry, problem!);
    }

    private void SendResults(AnswerEntry entry, CallResult result)
    {
        ReturnEnvelope? envelope = result.Envelope;
        if (envelope is null)
        {
            // The answer to a call that was passed on; the copy takes references of its own.
            envelope = new ReturnEnvelope();
            envelope.Payload.InitContent().CopyFrom(result.Content);
            entry.Result = envelope.ToResult();
            result.Dispose();
        }

        Return.Builder answer = envelope.Return;
        answer.AnswerId = entry.Id;
        // We give parameters back one by one, when the method has no use for them any more.
        answer.ReleaseParamCaps = false;
        WriteCapabilities(envelope.Payload, envelope.Message.Capabilities, entry.ResultExports);
        Send(envelope.Message);
    }

    private void SendException(AnswerEntry entry, RpcException problem)
    {
        Wire.Exception.Builder exception = NewReturn(entry, out MessageBuilder message).InitException();
        exception.Reason = problem.Message;
        exception.Type = (Wire.Exception.Type)problem.Kind;
        Send(message);
    }

    private static Return.Builder NewReturn(AnswerEntry entry, out MessageBuilder message)
    {
        Return.Builder answer = NewMessage(out message).InitReturn();
        answer.AnswerId = entry.Id;
        answer.ReleaseParamCaps = false;
        return answer;
    }

    private void ReceiveFinish(Finish.Reader finish)
    {
        if (!_answers.TryGetValue(finish.QuestionId, out AnswerEntry? entry) || entry.Finished)
            throw new ProtocolViolationException($"the end of question {finish.QuestionId}, which was not asked");
        entry.Finished = true;
        if (!entry.Returned)
        {
            entry.Cancel();
            return;
        }

        _ = _answers.Remove(entry.Id);
        entry.Dispose();
        entry.Result?.Dispose();
        if (!finish.ReleaseResultCaps)
            return;
        foreach (uint export in entry.ResultExports)
            ReleaseExport(export, 1);
    }

    private void ReceiveResolve(Resolve.Reader resolve)
    {
        Capability? resolution = resolve.Union switch
        {
            Resolve.Which.Cap => ReadCapability(resolve.Cap),
            Resolve.Which.Exception => Capability.Broken(ToException(resolve.Exception)),
            _ => throw new ProtocolViolationException("a resolution of a kind that is not known here"),
        };
        resolution ??= Capability.Broken(new RpcException("called through a promise that became null"));
        if (_imports.TryGetValue(resolve.PromiseId, out Import? import) && !ReferenceEquals(resolution.Hook, import.Hook))
            Settle(import.Hook, resolution);
        else
            resolution.Dispose();
    }

    private void ReceiveDisembargo(MessageReader raw, Disembargo.Reader disembargo)
    {
        switch (disembargo.Context.Union)
        {
            case Disembargo.Context.Which.SenderLoopback:
                using (Capability target = Target(disembargo.Target))
                {
                    if (Shorten(target.Hook) is not ImportHook import || import.Connection != this)
                        throw new ProtocolViolationException("a disembargo of something that does not lead back to the peer");
                    // Behind the calls that were passed on, which wait in the same queue.
                    _ = Post(new LoopEvent.Echo(import, disembargo.Context.SenderLoopback), null);
                }

                break;
            case Disembargo.Context.Which.ReceiverLoopback:
                if (!_embargoes.Remove(disembargo.Context.ReceiverLoopback, out RemoteHook? promise))
                    throw new ProtocolViolationException("the end of an embargo that does not exist");
                ReleaseWaiting(promise);
                break;
            default:
                SendUnimplemented(raw);
                break;
        }
    }

    /// <summary>The peer did not know a message of ours.</summary>
    private void ReceiveUnimplemented(Message.Reader original)
    {
        uint? id = original.Union switch
        {
            Message.Which.Call => original.Call.QuestionId,
            Message.Which.Bootstrap => original.Bootstrap.QuestionId,
            _ => null,
        };
        if (id is not { } number || !_questions.Remove(number, out Question? question))
            throw new ProtocolViolationException($"the peer does not know the message {original.Union}, which is needed");
        question.Call.Fail(new RpcException(RpcErrorKind.Unimplemented, "the peer does not know the message"));
        question.Finished = true;
        _freeQuestionIds.Push(number);
    }

    private void SendUnimplemented(MessageReader raw)
    {
        MessageBuilder message = new(_options.Message.MaxBytes + 4096);
        raw.Capabilities = [];
        StructBuilder root = message.Root.InitStruct(Message.Builder.DataWords, Message.Builder.PointerCount);
        root.SetUInt16(0, (ushort)Message.Which.Unimplemented);
        root.GetPointer(0).CopyFrom(raw.Root);
        Send(message);
    }

    /// <summary>Ends everything that is under way; runs once, after the loop.</summary>
    private void Teardown()
    {
        if (_abort is not null)
            SendAbort(_abort);
        RpcException gone = Disconnected(_end!);
        _events.Writer.TryComplete();
        while (_events.Reader.TryRead(out LoopEvent? what))
            Abandon(what, gone);
        foreach (Question question in _questions.Values.ToArray())
            question.Call.Fail(gone);
        foreach (RemoteHook held in _embargoes.Values)
            AbandonWaiting(held, gone);
        foreach (AnswerEntry entry in _answers.Values)
        {
            entry.Cancel();
            entry.Call?.Fail(gone);
            entry.SettlePromises(gone);
            entry.Result?.Dispose();
        }

        foreach (Export export in _exports.Values.ToArray())
            export.Hook.ReleaseReference();
        _bootstrap?.Dispose();
    }

    private static void Abandon(LoopEvent what, RpcException gone)
    {
        switch (what)
        {
            case LoopEvent.Call call:
                call.Method.Fail(gone);
                break;
            case LoopEvent.Bootstrap bootstrap:
                bootstrap.Method.Fail(gone);
                break;
            case LoopEvent.Answered answered:
                answered.Result?.Dispose();
                break;
            case LoopEvent.Settled settled:
                settled.Resolution.Dispose();
                AbandonWaiting(settled.Promise, gone);
                break;
        }
    }

    private static void AbandonWaiting(RemoteHook hook, RpcException gone)
    {
        while (hook.Waiting.TryDequeue(out MethodCall? method))
            method.Fail(gone);
    }
}
