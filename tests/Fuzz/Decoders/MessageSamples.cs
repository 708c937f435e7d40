using System.Collections.Immutable;
using System.Reflection;
using Bitcoin;
using Fuzz.Harness;
using Sv2.Protocol;

namespace Fuzz.Decoders;

/// <summary>
/// Messages of every type with made-up fields. They are found by reflection, so that a new message type is fuzzed without
/// anyone thinking of it.
/// </summary>
internal static class MessageSamples
{
    internal static IReadOnlyList<Type> Types { get; } =
        [.. typeof(Sv2Message).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Sv2Message)) && !type.IsAbstract)];

    /// <summary>Whether the type has a BOOL, of which only one bit counts, so that other bytes mean the same.</summary>
    internal static bool HasBool(Type type) => Constructor(type).GetParameters().Any(parameter => parameter.ParameterType == typeof(bool));

    internal static Sv2Message Make(Type type, SeededRandom random) => (Sv2Message)Constructor(type).Invoke(
        [.. Constructor(type).GetParameters().Select(parameter => Value(parameter.ParameterType, random))]);

    internal static byte[] Encode(Sv2Message message)
    {
        var payload = new byte[message.PayloadLength];
        var writer = new WireWriter(payload);
        message.WritePayload(ref writer);
        return writer.Written == payload.Length
            ? payload
            : throw new InvalidOperationException($"{message.GetType().Name} announces {payload.Length} bytes and writes {writer.Written}");
    }

    internal static byte[] EncodeFrame(Sv2Message message)
    {
        var frame = new byte[FrameHeader.Length + message.PayloadLength];
        FrameHeader.Of(message).Write(frame);
        Encode(message).CopyTo(frame, FrameHeader.Length);
        return frame;
    }

    private static ConstructorInfo Constructor(Type type) => type.GetConstructors().Single();

    private static object Value(Type type, SeededRandom random)
    {
        if (type == typeof(byte))
            return (byte)random.Next();
        if (type == typeof(ushort))
            return (ushort)random.Next();
        if (type == typeof(uint) || type == typeof(uint?))
            return (uint)random.Next();
        if (type == typeof(ulong))
            return random.Next();
        if (type == typeof(float))
            return BitConverter.UInt32BitsToSingle((uint)random.Next());
        if (type == typeof(bool))
            return random.Next(2) == 1;
        if (type == typeof(U256))
            return Hash(random);
        if (type == typeof(string))
            return random.Pick(["", "miner.1", "stale-chain-tip", "grün"]);
        if (type == typeof(ReadOnlyMemory<byte>))
            return Bytes(random);
        if (type == typeof(ImmutableArray<ushort>))
            return Many(random, static r => (ushort)r.Next());
        if (type == typeof(ImmutableArray<uint>))
            return Many(random, static r => (uint)r.Next());
        if (type == typeof(ImmutableArray<U256>))
            return Many(random, Hash);
        if (type == typeof(ImmutableArray<ReadOnlyMemory<byte>>))
            return Many(random, Bytes);
        if (type.IsEnum)
            return random.Pick(Enum.GetValues(type).Cast<object>().ToArray());
        throw new NotSupportedException($"no sample of {type}");
    }

    private static U256 Hash(SeededRandom random) => U256.FromLittleEndian(random.Bytes(32));

    // Fits even the shortest byte field, B0_32.
    private static ReadOnlyMemory<byte> Bytes(SeededRandom random) => random.Bytes(random.Next(33));

    private static ImmutableArray<T> Many<T>(SeededRandom random, Func<SeededRandom, T> make) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => make(random))];
}
