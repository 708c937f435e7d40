namespace Sv2.Protocol.Tests;

public class FrameHeaderTests
{
    [Fact]
    public void The_channel_bit_and_the_24_bit_length_survive_a_round_trip()
    {
        var header = new FrameHeader(0x0002, true, 0x1b, 0x123456);
        var bytes = new byte[FrameHeader.Length];
        header.Write(bytes);

        Assert.Equal("0280" + "1b" + "563412", Convert.ToHexStringLower(bytes));
        Assert.Equal(header, FrameHeader.Read(bytes));
    }
}
