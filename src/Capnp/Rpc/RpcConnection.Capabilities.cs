using Capnp.Rpc.Wire;

namespace Capnp.Rpc;

/// <summary>Exports, imports and how capabilities travel in a payload.</summary>
public sealed partial class RpcConnection
{
    private readonly Dictionary<uint, Export> _exports = [];
    private readonly Dictionary<CapabilityHook, uint> _exportIds = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<uint, Import> _imports = [];
    private readonly Stack<uint> _freeExportIds = new();
    private uint _nextExportId;

    /// <summary>Follows promises that are known, as far as calls may.</summary>
    private static CapabilityHook Shorten(CapabilityHook hook)
    {
        while (hook is RemoteHook { Embargoed: false, Resolution: { } resolution })
            hook = resolution.Hook;
        return hook;
    }

    private void WriteCapabilities(Payload.Builder payload, IReadOnlyList<Capability?> capabilities, List<uint> exported)
    {
        if (capabilities.Count == 0)
            return;
        CapDescriptor.Builder[] table = payload.InitCapTable(capabilities.Count);
        for (int i = 0; i < table.Length; i++)
        {
            table[i].AttachedFd = 0xff;
            if (capabilities[i] is { } capability)
                WriteCapability(table[i], Shorten(capability.Hook), exported);
            else
                table[i].SetNone();
        }
    }

    private void WriteCapability(CapDescriptor.Builder descriptor, CapabilityHook hook, List<uint> exported)
    {
        switch (hook)
        {
            case ImportHook import when import.Connection == this:
                descriptor.ReceiverHosted = import.Id;
                break;
            case PipelinedHook { Embargoed: false, Parent.Question: { Finished: false } question } promise when promise.Connection == this:
                WritePromise(descriptor.InitReceiverAnswer(), question.Id, promise.Path);
                break;
            default:
                uint id = AddExport(hook);
                exported.Add(id);
                descriptor.SenderHosted = id;
                break;
        }
    }

    private static void WritePromise(PromisedAnswer.Builder promised, uint question, IReadOnlyList<ushort> path)
    {
        promised.QuestionId = question;
        PromisedAnswer.Op.Builder[] transform = promised.InitTransform(path.Count);
        for (int i = 0; i < transform.Length; i++)
            transform[i].GetPointerField = path[i];
    }

    private uint AddExport(CapabilityHook hook)
    {
        if (_exportIds.TryGetValue(hook, out uint known))
        {
            _exports[known].Count++;
            return known;
        }

        if (_exports.Count >= _options.MaxExports)
            throw new ProtocolViolationException($"the peer holds {_exports.Count} capabilities and gives none back");
        // The holder of the message being written refers to it, so there is a reference to add to.
        _ = hook.TryAddReference();
        uint id = _freeExportIds.TryPop(out uint free) ? free : _nextExportId++;
        _exports[id] = new Export(hook);
        _exportIds[hook] = id;
        return id;
    }

    private void ReleaseExport(uint id, uint count)
    {
        if (!_exports.TryGetValue(id, out Export? export) || export.Count < count)
            throw new ProtocolViolationException($"release of {count} references to capability {id}, which the peer does not hold");
        export.Count -= count;
        if (export.Count > 0)
            return;
        _ = _exports.Remove(id);
        _ = _exportIds.Remove(export.Hook);
        _freeExportIds.Push(id);
        export.Hook.ReleaseReference();
    }

    /// <summary>Reads a payload's table into references for the message, and lets the message find them.</summary>
    private Capability?[] ReadCapabilities(MessageReader message, Payload.Reader payload)
    {
        CapnpList<CapDescriptor.Reader> table = payload.CapTable;
        if (table.Count > _options.MaxImports)
            throw new ProtocolViolationException($"a message with {table.Count} capabilities; at most {_options.MaxImports} are accepted");
        Capability?[] capabilities = new Capability?[table.Count];
        for (int i = 0; i < capabilities.Length; i++)
            capabilities[i] = ReadCapability(table[i]);
        message.Capabilities = capabilities;
        return capabilities;
    }

    private Capability? ReadCapability(CapDescriptor.Reader descriptor) => descriptor.Union switch
    {
        CapDescriptor.Which.None => null,
        CapDescriptor.Which.SenderHosted => AddImport(descriptor.SenderHosted),
        CapDescriptor.Which.SenderPromise => AddImport(descriptor.SenderPromise),
        CapDescriptor.Which.ReceiverHosted => OwnExport(descriptor.ReceiverHosted),
        CapDescriptor.Which.ReceiverAnswer => OwnAnswer(descriptor.ReceiverAnswer),
        // The vine leads there through the peer, which is all a two-party network can use.
        CapDescriptor.Which.ThirdPartyHosted => AddImport(descriptor.ThirdPartyHosted.VineId),
        _ => Capability.Broken(new RpcException(RpcErrorKind.Unimplemented, "a kind of capability that is not known here")),
    };

    private Capability AddImport(uint id)
    {
        if (_imports.TryGetValue(id, out Import? import))
        {
            import.Count++;
            if (!import.Hook.TryAddReference())
            {
                // The last reference went a moment ago and its release waits in the queue, where it will find itself replaced.
                ImportHook old = import.Hook;
                import.Hook = new ImportHook(this, id) { Resolution = old.Resolution?.AddReference(), CallsSent = old.CallsSent };
            }

            return new Capability(import.Hook);
        }

        if (_imports.Count >= _options.MaxImports)
            throw new ProtocolViolationException($"the peer has handed out more than {_options.MaxImports} capabilities");
        import = new Import(new ImportHook(this, id));
        _imports[id] = import;
        return new Capability(import.Hook);
    }

    private Capability OwnExport(uint id)
    {
        if (!_exports.TryGetValue(id, out Export? export) || !export.Hook.TryAddReference())
            throw new ProtocolViolationException($"capability {id} was not handed to the peer");
        return new Capability(export.Hook);
    }

    private Capability OwnAnswer(PromisedAnswer.Reader promised)
    {
        if (!_answers.TryGetValue(promised.QuestionId, out AnswerEntry? entry))
            throw new ProtocolViolationException($"question {promised.QuestionId} is not being answered");
        return entry.Pipeline(ReadPath(promised));
    }

    private static List<ushort> ReadPath(PromisedAnswer.Reader promised)
    {
        List<ushort> path = [];
        foreach (PromisedAnswer.Op.Reader op in promised.Transform)
        {
            if (op.Union == PromisedAnswer.Op.Which.GetPointerField)
                path.Add(op.GetPointerField);
            else if (op.Union != PromisedAnswer.Op.Which.Noop)
                throw new ProtocolViolationException("an operation on a promise that is not known here");
        }

        return path;
    }

    private void ReleaseHook(RemoteHook hook)
    {
        hook.Unreferenced = true;
        if (!hook.Embargoed)
            hook.Resolution?.Dispose();
        if (hook is not ImportHook import || !_imports.TryGetValue(import.Id, out Import? entry) || entry.Hook != import)
            return;
        _ = _imports.Remove(import.Id);
        SendRelease(import.Id, entry.Count);
    }

    private void SendRelease(uint id, uint count)
    {
        Release.Builder release = NewMessage(out MessageBuilder message).InitRelease();
        release.Id = id;
        release.ReferenceCount = count;
        Send(message);
    }

    private sealed class Export(CapabilityHook hook)
    {
        internal CapabilityHook Hook { get; } = hook;

        internal uint Count { get; set; } = 1;
    }

    private sealed class Import(ImportHook hook)
    {
        internal ImportHook Hook { get; set; } = hook;

        /// <summary>References the peer counts for us.</summary>
        internal uint Count { get; set; } = 1;
    }
}
