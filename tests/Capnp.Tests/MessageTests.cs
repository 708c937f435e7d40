using Capnp.Tests.Schema;
using Xunit;

namespace Capnp.Tests;

public class MessageTests
{
    public static TheoryData<string> Foreign => [ForeignMessages.OneSegment, ForeignMessages.ManySegments];

    [Theory]
    [MemberData(nameof(Foreign))]
    public void A_message_of_another_implementation_reads_as_what_it_encoded(string hex)
    {
        Check(new Everything.Reader(MessageReader.Parse(Convert.FromHexString(hex)).Root.ReadStruct()));
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public void A_copy_of_a_message_reads_the_same(string hex)
    {
        MessageBuilder copy = new();
        copy.Root.CopyFrom(MessageReader.Parse(Convert.FromHexString(hex)).Root);

        Check(new Everything.Reader(MessageReader.Parse(copy.ToFrame()).Root.ReadStruct()));
    }

    [Fact]
    public void What_is_built_is_what_another_implementation_builds()
    {
        MessageBuilder message = new();
        Fill(new Everything.Builder(message.Root.InitStruct(Everything.Builder.DataWords, Everything.Builder.PointerCount)));

        Check(new Everything.Reader(MessageReader.Parse(message.ToFrame()).Root.ReadStruct()));
        Assert.Equal(ForeignMessages.OneSegment, Convert.ToHexStringLower(message.ToFrame().Span));
    }

    [Fact]
    public void Fields_that_are_not_there_have_their_defaults()
    {
        Everything.Reader empty = new(default);

        Assert.True(empty.Flag);
        Assert.Equal(-8, empty.Int8);
        Assert.Equal(-16, empty.Int16);
        Assert.Equal(-32, empty.Int32);
        Assert.Equal(-64, empty.Int64);
        Assert.Equal(8, empty.UInt8);
        Assert.Equal(16, empty.UInt16);
        Assert.Equal(32u, empty.UInt32);
        Assert.Equal(64ul, empty.UInt64);
        Assert.Equal(1.5f, empty.Float32);
        Assert.Equal(2.5, empty.Float64);
        Assert.Equal(Colour.Blue, empty.Colour);
        Assert.Equal("", empty.Text);
        Assert.Equal(0, empty.Data.Length);
        Assert.Empty(empty.Points);
        Assert.Equal(Everything.Which.Nothing, empty.Union);
        Assert.True(empty.Any.IsNull);
    }

    [Fact]
    public void A_struct_that_is_not_filled_in_reads_as_its_defaults_after_the_wire()
    {
        MessageBuilder message = new();
        _ = message.Root.InitStruct(Everything.Builder.DataWords, Everything.Builder.PointerCount);

        Everything.Reader read = new(MessageReader.Parse(message.ToFrame()).Root.ReadStruct());

        Assert.True(read.Flag);
        Assert.Equal(-64, read.Int64);
        Assert.Equal(2.5, read.Float64);
    }

    [Fact]
    public void A_shorter_struct_of_an_older_schema_reads_with_defaults_for_the_rest()
    {
        MessageBuilder message = new();
        StructBuilder old = message.Root.InitStruct(1, 0);
        old.SetInt32(0, 7);

        Point.Reader point = new(MessageReader.Parse(message.ToFrame()).Root.ReadStruct());

        Assert.Equal(7, point.X);
        Assert.Equal("", point.Label);
    }

    [Fact]
    public void A_list_of_numbers_can_become_a_list_of_structs_but_not_of_pointers()
    {
        MessageBuilder message = new();
        ListBuilder list = message.Root.InitList(ElementSize.FourBytes, 2);
        list.SetInt32(0, 5);
        list.SetInt32(1, 6);
        MessageReader reader = MessageReader.Parse(message.ToFrame());

        ListReader structs = reader.Root.ReadList(ElementSize.Composite);

        Assert.Equal(6, new Point.Reader(structs.GetStruct(1)).X);
        Assert.Equal(0, new Point.Reader(structs.GetStruct(1)).Y);
        Assert.Throws<CapnpFormatException>(() => reader.Root.ReadList(ElementSize.Pointer));
        Assert.Throws<CapnpFormatException>(() => reader.Root.ReadList(ElementSize.EightBytes));
    }

    [Fact]
    public void A_list_of_structs_can_be_read_as_the_list_of_their_first_fields()
    {
        MessageBuilder message = new();
        ListBuilder list = message.Root.InitStructList(2, 1, 1);
        Point.Builder second = new(list.GetStruct(1));
        second.X = 9;
        second.Label = "nine";
        MessageReader reader = MessageReader.Parse(message.ToFrame());

        Assert.Equal(9, reader.Root.ReadList(ElementSize.FourBytes).GetInt32(1));
        Assert.Equal("nine", reader.Root.ReadList(ElementSize.Pointer).GetPointer(1).ReadText());
    }

    internal static void Fill(Everything.Builder all)
    {
        all.Flag = false;
        all.Int8 = -1;
        all.Int16 = 300;
        all.Int32 = -70000;
        all.Int64 = 5000000000;
        all.UInt8 = 200;
        all.UInt16 = 60000;
        all.UInt32 = 4000000000;
        all.UInt64 = 18000000000000000000;
        all.Float32 = 0.25f;
        all.Float64 = -1e300;
        all.Text = "grüße";
        all.Data = [0x00, 0xff, 0x10];
        all.Colour = Colour.Green;
        Point.Builder point = all.InitPoint();
        point.X = 3;
        point.Y = -4;
        point.Label = "p";
        all.SetBools([true, false, true, true, false, true, false, false, true]);
        all.SetLongs([-1, 0, 9000000000]);
        all.SetTexts(["a", "", "bc"]);
        all.SetBlobs([new byte[] { 1 }, Array.Empty<byte>(), new byte[] { 2, 3 }]);
        Point.Builder[] points = all.InitPoints(2);
        points[0].X = 1;
        points[0].Label = "one";
        points[1].Y = 2;
        all.Number = 77;
        Everything.Pair.Builder pair = all.InitPair();
        pair.Left = -5;
        pair.Right = 6;
    }

    internal static void Check(Everything.Reader all)
    {
        Assert.False(all.Flag);
        Assert.Equal(-1, all.Int8);
        Assert.Equal(300, all.Int16);
        Assert.Equal(-70000, all.Int32);
        Assert.Equal(5000000000, all.Int64);
        Assert.Equal(200, all.UInt8);
        Assert.Equal(60000, all.UInt16);
        Assert.Equal(4000000000, all.UInt32);
        Assert.Equal(18000000000000000000, all.UInt64);
        Assert.Equal(0.25f, all.Float32);
        Assert.Equal(-1e300, all.Float64);
        Assert.Equal("grüße", all.Text);
        Assert.Equal<byte>([0x00, 0xff, 0x10], all.Data.ToArray());
        Assert.Equal(Colour.Green, all.Colour);
        Assert.Equal((3, -4, "p"), (all.Point.X, all.Point.Y, all.Point.Label));
        Assert.Equal([true, false, true, true, false, true, false, false, true], all.Bools);
        Assert.Equal([-1, 0, 9000000000], all.Longs);
        Assert.Equal(["a", "", "bc"], all.Texts);
        Assert.Equal(["01", "", "0203"], all.Blobs.Select(blob => Convert.ToHexString(blob.Span)));
        Assert.Equal([(1, 0, "one"), (0, 2, "")], all.Points.Select(point => (point.X, point.Y, point.Label)));
        Assert.Equal(Everything.Which.Number, all.Union);
        Assert.Equal(77u, all.Number);
        Assert.Equal((-5, 6), (all.Pair.Left, all.Pair.Right));
    }
}
