using Xunit;

namespace Bitcoin.Tests.Scripts;

public sealed class ScriptTests
{
    private const string Key = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

    [Theory]
    [InlineData(0, "00")]
    [InlineData(1, "51")]
    [InlineData(16, "60")]
    [InlineData(17, "0111")]
    [InlineData(127, "017f")]
    [InlineData(128, "028000")]
    [InlineData(255, "02ff00")]
    [InlineData(32767, "02ff7f")]
    [InlineData(32768, "03008000")]
    [InlineData(900_000, "03a0bb0d")]
    [InlineData(uint.MaxValue, "05ffffffff00")]
    public void Height_is_pushed_as_bip34_wants(uint height, string hex) =>
        Assert.Equal(hex, new ScriptBuilder().PushHeight(height).ToScript().ToString());

    [Theory]
    [InlineData(-1, "4f")]
    [InlineData(-2, "0182")]
    [InlineData(-128, "028080")]
    [InlineData(-255, "02ff80")]
    [InlineData(long.MinValue, "09000000000000008080")]
    public void Negative_numbers_carry_their_sign_in_the_highest_bit(long number, string hex) =>
        Assert.Equal(hex, new ScriptBuilder().PushNumber(number).ToScript().ToString());

    [Theory]
    [InlineData(75, "4b")]
    [InlineData(76, "4c4c")]
    [InlineData(255, "4cff")]
    [InlineData(256, "4d0001")]
    [InlineData(65535, "4dffff")]
    [InlineData(65536, "4e00000100")]
    public void Push_takes_the_shortest_form(int length, string opcodeHex)
    {
        var data = new byte[length];
        Script script = new ScriptBuilder().Push(data).ToScript();
        Assert.Equal(opcodeHex, Convert.ToHexStringLower(script.Span[..(opcodeHex.Length / 2)]));

        var reader = new ScriptReader(script.Span);
        Assert.True(reader.TryRead(out _, out ReadOnlySpan<byte> pushed));
        Assert.Equal(length, pushed.Length);
        Assert.True(reader.AtEnd);
    }

    [Theory]
    [InlineData("76a914751e76e8199196d454941c45d1b3a323f1433bd688ac", ScriptType.PubKeyHash)]
    [InlineData("76a914751e76e8199196d454941c45d1b3a323f1433bd688ad", ScriptType.NonStandard)]
    [InlineData("a914bcfeb728b584253d5f3f70bcb780e9ef218a68f487", ScriptType.ScriptHash)]
    [InlineData("0014751e76e8199196d454941c45d1b3a323f1433bd6", ScriptType.WitnessPubKeyHash)]
    [InlineData("00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262", ScriptType.WitnessScriptHash)]
    [InlineData("5120da4710964f7852695de2da025290e24af6d8c281de5a0b902b7135fd9fd74d21", ScriptType.Taproot)]
    [InlineData("51024e73", ScriptType.WitnessUnknown)]
    [InlineData("00024e73", ScriptType.NonStandard)]
    [InlineData("6a0548656c6c6f", ScriptType.NullData)]
    [InlineData("21" + Key + "ac", ScriptType.PubKey)]
    [InlineData("5121" + Key + "21" + Key + "52ae", ScriptType.MultiSig)]
    [InlineData("5321" + Key + "21" + Key + "52ae", ScriptType.NonStandard)]
    [InlineData("5121" + Key + "21" + Key + "53ae", ScriptType.NonStandard)]
    [InlineData("5121" + Key + "21" + Key + "52ae51", ScriptType.NonStandard)]
    [InlineData("", ScriptType.NonStandard)]
    [InlineData("51", ScriptType.NonStandard)]
    [InlineData("4c", ScriptType.NonStandard)]
    public void Script_type_is_told(string hex, ScriptType type) =>
        Assert.Equal(type, ScriptClassifier.Classify(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("ac", 1, 1)]
    [InlineData("acad", 2, 2)]
    [InlineData("ae", 20, 20)]
    [InlineData("52af", 20, 2)]
    [InlineData("60ae", 20, 16)]
    [InlineData("00ae", 20, 20)]
    [InlineData("5121" + Key + "21" + Key + "52ae", 20, 2)]
    [InlineData("02acac", 0, 0)]
    [InlineData("ac05acac", 1, 1)]
    [InlineData("ac4c", 1, 1)]
    [InlineData("ac4effffffffac", 1, 1)]
    [InlineData("ba", 0, 0)]
    public void Signature_operations_are_counted_as_core_counts_them(string hex, int legacy, int accurate)
    {
        byte[] script = Convert.FromHexString(hex);
        Assert.Equal(legacy, SigOps.Count(script, accurate: false));
        Assert.Equal(accurate, SigOps.Count(script, accurate: true));
    }

    [Fact]
    public void Coinbase_cost_is_four_times_its_own_legacy_operations()
    {
        var coinbase = new Transaction(
            2,
            [new TxIn(OutPoint.Null, Script.FromHex("03a0bb0dac"), uint.MaxValue)],
            [new TxOut(1, Script.FromHex("76a914751e76e8199196d454941c45d1b3a323f1433bd688ac")), new TxOut(2, Script.FromHex("5151ae"))],
            0);
        Assert.Equal(4 * (1 + 1 + 20), SigOps.CoinbaseCost(coinbase));
    }

    [Theory]
    [InlineData("76a914751e76e8199196d454941c45d1b3a323f1433bd688ac", 34, 4)]
    [InlineData("a914bcfeb728b584253d5f3f70bcb780e9ef218a68f487", 32, 0)]
    [InlineData("0014751e76e8199196d454941c45d1b3a323f1433bd6", 31, 0)]
    [InlineData("5120da4710964f7852695de2da025290e24af6d8c281de5a0b902b7135fd9fd74d21", 43, 0)]
    [InlineData("21" + Key + "ac", 44, 4)]
    [InlineData("5121" + Key + "51ae", 8 + 1 + 37, 80)]
    public void Reserve_for_an_output_is_its_size_and_cost(string hex, uint size, ushort sigops)
    {
        TxOut output = new(0, Script.FromHex(hex));
        Assert.Equal(new CoinbaseOutputReserve(size, sigops), CoinbaseOutputReserve.For([output]));
        Assert.Equal(new CoinbaseOutputReserve(2 * size, (ushort)(2 * sigops)), CoinbaseOutputReserve.For([output, output]));
    }
}
