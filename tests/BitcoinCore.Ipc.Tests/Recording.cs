using System.Buffers;
using System.Text.Json;
using Capnp;
using Capnp.Rpc.Wire;
using TestSupport;

namespace BitcoinCore.Ipc.Tests;

/// <summary>A recorded conversation between a client and a node (../shared/vectors/ipc).</summary>
internal sealed class Recording
{
    private Recording(List<Entry> messages)
    {
        Messages = messages;
    }

    internal IReadOnlyList<Entry> Messages { get; }

    /// <summary>Loads one, or gives null where the data is missing.</summary>
    internal static Recording? TryLoad(string name)
    {
        if (Vectors.TryPath("ipc", name) is not { } path)
            return null;
        Dictionary<(int, string), byte[]> rest = [];
        List<Entry> messages = [];
        foreach (string line in File.ReadLines(path))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            string direction = json.RootElement.GetProperty("dir").GetString()!;
            (int, string) stream = (json.RootElement.GetProperty("conn").GetInt32(), direction);
            byte[] bytes =
                [.. rest.GetValueOrDefault(stream, []), .. Convert.FromHexString(json.RootElement.GetProperty("hex").GetString()!)];
            ReadOnlySequence<byte> buffer = new(bytes);
            while (MessageFrame.TryRead(ref buffer, MessageLimits.Default, out MessageReader? message))
                messages.Add(new Entry(direction == "client", new Message.Reader(message.Root.ReadStruct())));
            rest[stream] = buffer.ToArray();
        }

        if (rest.Values.Any(left => left.Length != 0))
            throw new InvalidDataException($"{name} ends within a message");
        return new Recording(messages);
    }

    /// <summary>The node's answers to the calls of one method, in order.</summary>
    internal List<Return.Reader> Answers(ulong interfaceId, ushort methodId)
    {
        List<Return.Reader> answers = [];
        HashSet<uint> asked = [];
        foreach (Entry entry in Messages)
        {
            if (entry.FromClient && entry.Message.Union == Message.Which.Call
                && entry.Message.Call.InterfaceId == interfaceId && entry.Message.Call.MethodId == methodId)
                asked.Add(entry.Message.Call.QuestionId);
            else if (!entry.FromClient && entry.Message.Union == Message.Which.Return && asked.Remove(entry.Message.Return.AnswerId))
                answers.Add(entry.Message.Return);
        }

        return answers;
    }

    internal sealed record Entry(bool FromClient, Message.Reader Message);
}
