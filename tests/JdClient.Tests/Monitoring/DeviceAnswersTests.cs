using System.Text;
using CsCheck;
using JdClient.Monitoring.Telemetry;

namespace JdClient.Tests.Monitoring;

public sealed class DeviceAnswersTests
{
    [Fact]
    public void Pools_in_use_are_read_and_those_left_are_not()
    {
        IReadOnlyList<DevicePool> pools = DeviceAnswers.Pools(FakeMiningDevice.Antminer("pools", "farm.1", 34265));

        Assert.Equal([new DevicePool("farm.1", 34265)], pools);
    }

    [Fact]
    public void An_antminer_s_answers_are_read_with_their_missing_comma()
    {
        MinerTelemetry? telemetry = DeviceAnswers.Telemetry(
            FakeMiningDevice.Antminer("version", "", 0),
            FakeMiningDevice.Antminer("summary", "", 0),
            FakeMiningDevice.Antminer("stats", "", 0));

        Assert.Equal(
            new MinerTelemetry
            {
                Make = "Antminer",
                Model = "Antminer S19",
                FirmwareVersion = "BMMiner 2.0.0",
                ReportedHashrateHs = 95_000.5e9,
                PowerConsumptionW = 3250,
                EfficiencyJPerTh = 3250 / 95.0005,
                AverageTemperatureC = 60.5,
                UptimeSecs = 3600,
                IsMining = true,
            },
            telemetry);
    }

    [Fact]
    public void A_whatsminer_and_one_that_stands_still_are_read()
    {
        MinerTelemetry? whatsminer = Summary(
            "{\"SUMMARY\":[{\"MHS av\":99500000.0,\"Power\":3400,\"Temperature\":77.5,\"Uptime\":90,\"Elapsed\":80}]}");
        Assert.Equal((99.5e12, 3400, 77.5, 90ul, true), (
            whatsminer!.ReportedHashrateHs,
            whatsminer.PowerConsumptionW,
            whatsminer.AverageTemperatureC,
            whatsminer.UptimeSecs,
            whatsminer.IsMining));

        MinerTelemetry? idle = Summary("{\"SUMMARY\":[{\"GHS 5s\":0}]}");
        Assert.Equal((0, false, null), (idle!.ReportedHashrateHs, idle.IsMining, idle.EfficiencyJPerTh));
    }

    [Theory]
    [InlineData("stratum+tcp://10.0.0.1:34265", 34265)]
    [InlineData("stratum2+tcp://host:34265/9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72", 34265)]
    [InlineData("host:3333", 3333)]
    [InlineData("host", null)]
    [InlineData("host:0", null)]
    [InlineData("host:70000", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_port_is_that_of_the_url(string? url, int? port) => Assert.Equal(port, DeviceAnswers.PortOf(url));

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"SUMMARY\":{}}")]
    [InlineData("{\"SUMMARY\":[7]}")]
    [InlineData("{\"SUMMARY\":[{\"GHS 5s\":-1,\"Elapsed\":-5,\"Power\":1e999,\"Temperature\":9999}]}")]
    [InlineData("{\"SUMMARY\":[{\"GHS 5s\":\"\\ud800\",\"Power\":{},\"Elapsed\":[]}]}")]
    [InlineData("{\"POOLS\":[{\"User\":\"\\udfff\",\"URL\":\"a:1\"}]}")]
    public void What_makes_no_sense_tells_nothing(string answer)
    {
        MinerTelemetry? telemetry = Summary(answer);

        Assert.True(telemetry is null || telemetry == new MinerTelemetry(), $"{telemetry}");
        Assert.Empty(DeviceAnswers.Pools(Encoding.UTF8.GetBytes(answer)));
    }

    [Fact]
    public void No_answer_throws()
    {
        byte[][] real = [.. new[] { "pools", "version", "summary", "stats" }.Select(command => FakeMiningDevice.Antminer(command, "u", 1))];
        Gen.Select(Gen.Int[0, 3], Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[0, 6], Gen.Int[0, 400]).Sample((which, changes, end) =>
        {
            byte[] answer = [.. real[which][..Math.Min(end + 1, real[which].Length)]];
            foreach ((int at, byte value) in changes)
                answer[at % answer.Length] = value;
            _ = DeviceAnswers.Pools(answer);
            _ = DeviceAnswers.Telemetry(answer, answer, answer);
        });
    }

    private static MinerTelemetry? Summary(string text) => DeviceAnswers.Telemetry(default, Encoding.UTF8.GetBytes(text), default);
}
