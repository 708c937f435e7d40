using BitcoinCore.Ipc;
using JdClient.Configuration;
using JdClient.TemplateReceiver.BitcoinCoreIpc;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Tests.TemplateReceiver;

public sealed class IpcTemplateTests
{
    [Theory]
    [InlineData(BitcoinNetwork.Mainnet, null, null, "/home/me/.bitcoin/node.sock")]
    [InlineData(BitcoinNetwork.Testnet4, null, null, "/home/me/.bitcoin/testnet4/node.sock")]
    [InlineData(BitcoinNetwork.Signet, "/srv/bitcoin", null, "/srv/bitcoin/signet/node.sock")]
    [InlineData(BitcoinNetwork.Regtest, "~/data", null, "/home/me/data/regtest/node.sock")]
    [InlineData(BitcoinNetwork.Regtest, "/srv/bitcoin", "/run/node.sock", "/run/node.sock")]
    public void The_socket_is_where_the_node_puts_it(BitcoinNetwork network, string? data, string? socket, string expected)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("the default folder is the platform's");
        var provider = new TemplateProviderConfiguration.BitcoinCoreIpc { Network = network, DataDirectory = data, SocketPath = socket };

        Assert.Equal(expected, NodeSocketPath.Of(provider, "/home/me"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_home_directory_the_socket_is_only_known_from_the_configuration(string? home)
    {
        var provider = new TemplateProviderConfiguration.BitcoinCoreIpc { Network = BitcoinNetwork.Signet };

        Assert.Null(NodeSocketPath.Of(provider, home));
        Assert.Equal("/srv/signet/node.sock", NodeSocketPath.Of(provider with { DataDirectory = "/srv" }, home));
        Assert.Equal("/run/node.sock", NodeSocketPath.Of(provider with { SocketPath = "/run/node.sock" }, home));
    }

    [Theory]
    [InlineData(0, 2000)]
    [InlineData(208, 2000)] // 1168 + 4 × 208 = 2000: the sum of spec 07, 7.1 meets the least that v31 accepts
    [InlineData(209, 2004)]
    [InlineData(1000, 5168)] // the reference reserves 4,000 here and its block may be too heavy
    public void Header_and_fixed_parts_of_the_coinbase_are_reserved_with_the_outputs(uint size, ulong weight)
    {
        TemplateConstraints constraints = TemplateMessages.Constraints(new CoinbaseOutputConstraints(size, 7));

        Assert.Equal(new TemplateConstraints(weight, 7), constraints);
    }

    [Fact]
    public void A_template_becomes_the_two_messages_of_the_protocol()
    {
        TemplateData data = Template();

        NewTemplate template = TemplateMessages.TryNewTemplate(5, true, data, out _)!;
        SetNewPrevHash prevHash = TemplateMessages.NewPrevHash(5, data);

        Assert.Equal(
            (5ul, true, 0x20000000u, 2u), (template.TemplateId, template.FutureTemplate, template.Version, template.CoinbaseTxVersion));
        Assert.Equal((0xfffffffeu, 5000ul, 2u, 100u), (
            template.CoinbaseTxInputSequence, template.CoinbaseTxValueRemaining, template.CoinbaseTxOutputsCount,
            template.CoinbaseTxLocktime));
        Assert.Equal("0165", Convert.ToHexString(template.CoinbasePrefix.Span));
        Assert.Equal("AABB", Convert.ToHexString(template.CoinbaseTxOutputs.Span));
        Assert.Equal(1, template.MerklePath[0].ToLittleEndian()[0]);
        Assert.Equal((5ul, 0x65000000u, 0x207fffffu), (prevHash.TemplateId, prevHash.HeaderTimestamp, prevHash.NBits));
        Assert.Equal(9, prevHash.PrevHash.ToLittleEndian()[0]);
        Assert.Equal(0x7f, prevHash.Target.ToLittleEndian()[31]);
    }

    [Fact]
    public void A_template_with_a_negative_reward_or_an_endless_prefix_is_refused_with_the_reason()
    {
        TemplateData data = Template();

        Assert.Null(TemplateMessages.TryNewTemplate(
            1, false, data with { Coinbase = data.Coinbase with { ValueRemaining = -1 } }, out string reward));
        Assert.Null(TemplateMessages.TryNewTemplate(
            1, false, data with { Coinbase = data.Coinbase with { ScriptSigPrefix = new byte[9] } }, out string prefix));

        Assert.Contains("reward", reward, StringComparison.Ordinal);
        Assert.Contains("prefix", prefix, StringComparison.Ordinal);
    }

    private static TemplateData Template()
    {
        byte[] header = new byte[80];
        Convert.FromHexString("00000020").CopyTo(header, 0);
        header[4] = 9;
        Convert.FromHexString("00000065ffff7f20").CopyTo(header, 68);
        byte[] hash = new byte[32];
        hash[0] = 1;
        var coinbase = new TemplateCoinbase(
            2, 0xfffffffe, new byte[] { 1, 0x65 }, new byte[32], 5000, [new byte[] { 0xaa }, new byte[] { 0xbb }], 100);
        return new TemplateData(header, coinbase, [hash]);
    }
}
