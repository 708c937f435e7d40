using System.Collections.Immutable;
using System.Reflection;
using Bitcoin;
using CsCheck;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;

namespace Sv2.Protocol.Tests;

public class RoundTripPropertyTests
{
    private static readonly Gen<U256> GenU256 = Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong)
        .Select((a, b, c, d) => new U256(a, b, c, d));

    private static readonly Gen<ReadOnlyMemory<byte>> GenBytes = Gen.Byte.Array[0, 32].Select(bytes => (ReadOnlyMemory<byte>)bytes);

    [Fact]
    public void Any_message_of_any_type_survives_encoding_and_decoding()
    {
        foreach (Type type in Samples.All.Select(sample => sample.GetType()))
        {
            ConstructorInfo constructor = type.GetConstructors().Single(found => found.GetParameters().Length > 0);
            Gen<object>[] fields = [.. constructor.GetParameters().Select(parameter => GenOf(parameter.ParameterType))];
            Arguments(fields).Select(arguments => (Sv2Message)constructor.Invoke(arguments))
                .Sample(message => Codec.AssertEqual(message, Codec.RoundTrip(message)), iter: 200);
        }
    }

    [Fact]
    public void Any_fields_of_extensions_survive_on_a_share()
    {
        // An extension number whose bytes swapped are one of ours is read as big-endian; nobody has such a number.
        Gen<Tlv> genField = Gen.Select(Gen.UShort.Where(number => number is not (0x0100 or 0x0200)), Gen.Byte, Gen.Byte.Array[0, 300])
            .Select((extension, field, value) => new Tlv(extension, field, value));
        genField.Array[0, 4].Sample(fields =>
        {
            var share = new SubmitSharesExtended(1, 2, 3, 4, 5, 6, new byte[8]) { Tlvs = [.. fields] };
            Codec.AssertEqual(share, Codec.RoundTrip(share));
        });
    }

    [Fact]
    public void Any_bytes_under_any_header_are_a_result_and_never_an_exception() =>
        Gen.Select(Gen.OneOf(Gen.Const((ushort)0), Gen.Const((ushort)1), Gen.UShort), Gen.Byte, Gen.Byte.Array[0, 400])
            .Sample((extension, type, payload) =>
            {
                DecodeResult result = MessageDecoder.Decode(new FrameHeader(extension, false, type, payload.Length), payload);
                Assert.Equal(result.Status == DecodeStatus.Ok, result.Message is not null);
                Assert.Equal(result.Status != DecodeStatus.Ok, result.Error is not null);
                if (result.Message is not null)
                    Codec.RoundTrip(result.Message);
            }, iter: 20_000);

    private static Gen<object[]> Arguments(Gen<object>[] fields)
    {
        Gen<object[]> arguments = Gen.Const(Array.Empty<object>());
        foreach (Gen<object> field in fields)
            arguments = Gen.Select(arguments, field).Select((before, value) => before.Append(value).ToArray());
        return arguments;
    }

    private static Gen<object> GenOf(Type type) => type switch
    {
        _ when type == typeof(byte) => Gen.Byte.Select(value => (object)value),
        _ when type == typeof(ushort) => Gen.UShort.Select(value => (object)value),
        _ when type == typeof(uint) => Gen.UInt.Select(value => (object)value),
        _ when type == typeof(uint?) => Gen.UInt.Nullable().Select(value => (object)value!),
        _ when type == typeof(ulong) => Gen.ULong.Select(value => (object)value),
        _ when type == typeof(bool) => Gen.Bool.Select(value => (object)value),
        _ when type == typeof(float) => Gen.UInt.Select(bits => (object)BitConverter.UInt32BitsToSingle(bits)),
        _ when type == typeof(string) => Gen.Char.AlphaNumeric.Array[0, 80].Select(chars => (object)new string(chars)),
        _ when type == typeof(U256) => GenU256.Select(value => (object)value),
        _ when type == typeof(ReadOnlyMemory<byte>) => GenBytes.Select(value => (object)value),
        _ when type == typeof(ImmutableArray<U256>) => GenU256.Array[0, 20].Select(items => (object)items.ToImmutableArray()),
        _ when type == typeof(ImmutableArray<uint>) => Gen.UInt.Array[0, 20].Select(items => (object)items.ToImmutableArray()),
        _ when type == typeof(ImmutableArray<ushort>) => Gen.UShort.Array[0, 20].Select(items => (object)items.ToImmutableArray()),
        _ when type == typeof(ImmutableArray<ReadOnlyMemory<byte>>) =>
            GenBytes.Array[0, 20].Select(items => (object)items.ToImmutableArray()),
        _ => throw new NotSupportedException(type.Name),
    };
}
