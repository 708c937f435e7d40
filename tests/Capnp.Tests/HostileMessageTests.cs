using System.Buffers;
using System.Buffers.Binary;
using Capnp.Tests.Schema;
using CsCheck;
using Xunit;

namespace Capnp.Tests;

public class HostileMessageTests
{
    [Theory]
    [InlineData("ffffffff", "segments")] // 2^32 segments
    [InlineData("00020000", "segments")] // 513
    [InlineData("0000000000ffffff", "bytes")] // 2^32 words less 256
    [InlineData("01000000ffff0f00ffff1f0000000000", "bytes")] // two that together are too much
    public void A_segment_table_that_asks_for_too_much_is_refused_before_the_rest_has_come(string table, string what)
    {
        ReadOnlySequence<byte> buffer = new(Convert.FromHexString(table));

        CapnpFormatException refusal = Assert.Throws<CapnpFormatException>(
            () => MessageFrame.TryRead(ref buffer, MessageLimits.Default, out _));

        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_comes_byte_by_byte_is_there_with_its_last_byte_only()
    {
        byte[] bytes = Convert.FromHexString(ForeignMessages.ManySegments);
        for (int length = 0; length < bytes.Length; length++)
        {
            ReadOnlySequence<byte> part = new(bytes, 0, length);
            Assert.False(MessageFrame.TryRead(ref part, MessageLimits.Default, out _));
        }

        ReadOnlySequence<byte> whole = new(bytes);
        Assert.True(MessageFrame.TryRead(ref whole, MessageLimits.Default, out _));
        Assert.Equal(0, whole.Length);
    }

    [Theory]
    [InlineData(0x0001_0001_0000_0000ul, "past the end")] // a struct of two words where one is
    [InlineData(0x0000_0001_ffff_fff0ul, "past the end")] // a struct before the segment
    [InlineData(0x0000_0020_0000_0001ul, "expected")] // a list
    [InlineData(0x0000_0001_0000_0002ul, "segment")] // far into a segment that is not there
    [InlineData(0x0000_0000_0000_0802ul, "past the end")] // far past the end
    [InlineData(0x0000_0000_0000_0002ul, "another pointer")] // far to itself
    [InlineData(0x0000_0000_0000_0006ul, "double-far")] // double-far whose pad is no far pointer
    [InlineData(0x0000_0000_0000_0003ul, "another pointer")] // a capability
    public void A_struct_pointer_that_leads_nowhere_is_malformed(ulong pointer, string what)
    {
        MessageReader message = Single(pointer, 0);

        CapnpFormatException refusal = Assert.Throws<CapnpFormatException>(() => message.Root.ReadStruct());

        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x0000_004b_0000_0001ul, 0ul)] // two-byte elements: the list is longer than the segment
    [InlineData(0xffff_fffe_0000_0001ul, 0ul)] // 2^29 pointers
    [InlineData(0x0000_0007_0000_0001ul, 0x0001_0000_0000_0004ul)] // composite: the tag wants words the list does not have
    [InlineData(0x0000_0007_0000_0001ul, 0x0000_0000_0000_0001ul)] // composite: the tag is no struct
    [InlineData(0x0000_0007_0000_0001ul, 0x0000_0000_ffff_fffcul)] // composite: a negative count
    public void A_list_pointer_that_does_not_fit_is_malformed(ulong pointer, ulong next)
    {
        MessageReader message = Single(pointer, next);

        Assert.Throws<CapnpFormatException>(() => message.Root.ReadList(ElementSize.Composite));
    }

    [Fact]
    public void A_text_needs_its_NUL()
    {
        Assert.Throws<CapnpFormatException>(() => Single(WirePointer.List(0, ElementSize.Byte, 2).Raw, 0x6161).Root.ReadText());
        Assert.Equal("a", Single(WirePointer.List(0, ElementSize.Byte, 2).Raw, 0x0061).Root.ReadText());
    }

    [Fact]
    public void A_struct_that_contains_itself_ends_at_the_depth_limit()
    {
        // One pointer whose target is the segment's first word, which is the pointer itself.
        MessageReader message = Single(WirePointer.Struct(-1, 0, 1).Raw, 0);
        int depth = 0;

        void Descend()
        {
            for (PointerReader at = message.Root; ; at = at.ReadStruct().GetPointer(0))
                depth++;
        }

        Assert.Throws<CapnpFormatException>(Descend);

        Assert.Equal(MessageLimits.Default.MaxDepth + 1, depth);
    }

    [Fact]
    public void A_list_of_half_a_thousand_million_nothings_passes_the_traversal_limit()
    {
        MessageReader voids = Single(WirePointer.List(0, ElementSize.Void, (1 << 29) - 1).Raw, 0);
        MessageReader empties = Single(WirePointer.List(0, ElementSize.Composite, 0).Raw, WirePointer.Struct((1 << 29) - 1, 0, 0).Raw);

        Assert.Throws<CapnpFormatException>(() => voids.Root.ReadList(ElementSize.Void));
        Assert.Throws<CapnpFormatException>(() => empties.Root.ReadList(ElementSize.Composite));
    }

    [Fact]
    public void Reading_the_same_thing_again_and_again_passes_the_traversal_limit()
    {
        MessageBuilder builder = new();
        builder.Root.SetData(new byte[8000]);
        MessageReader message = MessageReader.Parse(builder.ToFrame(), new MessageLimits { TraversalWords = 5000 });

        for (int i = 0; i < 5; i++)
            Assert.Equal(8000, message.Root.ReadData().Length);
        Assert.Throws<CapnpFormatException>(() => message.Root.ReadData());
    }

    [Fact]
    public void A_capability_that_is_not_in_the_table_is_malformed()
    {
        MessageReader message = Single(WirePointer.Capability(0).Raw, 0);

        Assert.Throws<CapnpFormatException>(() => message.Root.ReadCapability());
    }

    [Fact]
    public void Whatever_changes_in_a_message_reading_and_copying_it_ends_or_is_malformed()
    {
        byte[][] seeds = [Convert.FromHexString(ForeignMessages.OneSegment), Convert.FromHexString(ForeignMessages.ManySegments)];
        Gen.Select(Gen.Int[0, 1], Gen.Select(Gen.Int[0, 4000], Gen.Byte).Array[1, 12]).Sample(
            (seed, changes) =>
            {
                byte[] bytes = [.. seeds[seed]];
                foreach ((int at, byte value) in changes)
                    bytes[at % bytes.Length] = value;
                ReadEverything(bytes);
            },
            iter: 4000);
    }

    [Fact]
    public void Random_bytes_are_read_or_malformed() =>
        Gen.Byte.Array[0, 200].Sample(
            body => ReadEverything([.. SingleTable(body.Length / 8), .. body.AsSpan(0, body.Length / 8 * 8)]), iter: 4000);

    private static void ReadEverything(byte[] bytes)
    {
        try
        {
            MessageLimits limits = new() { MaxBytes = 1 << 16, TraversalWords = 1 << 12 };
            Everything.Reader all = new(MessageReader.Parse(bytes, limits).Root.ReadStruct());
            _ = all.Bools.Count(bit => bit) + all.Longs.Sum(x => x & 1) + all.Texts.Sum(text => text.Length);
            _ = all.Blobs.Sum(blob => blob.Length) + all.Points.Sum(point => point.Label.Length + (point.X & 1));
            _ = all.Text.Length + all.Data.Length + all.Point.Label.Length;
            MessageBuilder copy = new(1 << 20);
            copy.Root.CopyFrom(MessageReader.Parse(bytes, limits).Root);
        }
        catch (CapnpFormatException)
        {
            // The one permitted outcome besides success.
        }
    }

    private static MessageReader Single(ulong first, ulong second)
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, first);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), second);
        return MessageReader.Parse(new byte[][] { SingleTable(2), bytes }.SelectMany(part => part).ToArray());
    }

    private static byte[] SingleTable(int words)
    {
        byte[] table = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(4), words);
        return table;
    }
}
