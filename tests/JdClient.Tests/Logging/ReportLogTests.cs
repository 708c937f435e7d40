using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Bitcoin;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using JdClient.Status;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Tests.Logging;

public sealed class ReportLogTests : IDisposable
{
    private readonly LogCapture _capture = new();
    private readonly ReportLog _log;
    private readonly StatusService _status;

    public ReportLogTests()
    {
        var factory = new LoggerFactory([_capture]);
        var time = new FakeTimeProvider();
        _log = new ReportLog(factory.CreateLogger<Core.ChannelManager>(), new Names(), new LineLimiter(new LimitConfiguration(), time));
        _status = new StatusService(
            TestDaemon.Solo(), new DaemonStatus(), new ActorProgress(), time, factory.CreateLogger<StatusService>());
    }

    public static TheoryData<Type> Cases =>
        [.. typeof(CoreReport).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(CoreReport)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_report_has_exactly_one_line(Type type)
    {
        var report = (CoreReport)Sample(type);

        _log.Write(report);
        _status.Observe(report);

        LogCapture.Line line = Assert.Single(_capture.Lines);
        Assert.InRange(line.EventId, 2000, 5999);
        Assert.DoesNotContain('\n', line.Text);
    }

    [Fact]
    public void Shares_are_no_lines_above_debug()
    {
        _log.Write(new CoreReport.ShareAccepted(new SessionId(1), 2, 3, 4));
        _log.Write(new CoreReport.ShareRejected(new SessionId(1), 2, 3, "stale-share"));
        _log.Write(new CoreReport.UpstreamShareSent(0, 1));

        Assert.All(_capture.Lines, line => Assert.Equal(LogLevel.Debug, line.Level));
    }

    [Fact]
    public void A_line_about_a_channel_names_session_peer_and_channel()
    {
        _log.Write(new CoreReport.ChannelClosed(new SessionId(7), 9, "gone"));

        string text = Assert.Single(_capture.Lines).Text;
        Assert.Contains("Miner 7 (192.0.2.7:1000) channel 9", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_storm_of_openings_is_cut_while_blocks_never_are()
    {
        for (int i = 0; i < 1000; i++)
        {
            _log.Write(new CoreReport.ChannelWaits(new SessionId(i), 1));
            _log.Write((CoreReport)Sample(typeof(CoreReport.BlockFound)));
        }

        Assert.Equal(new LimitConfiguration().LogBurst, _capture.Lines.Count(line => line.EventId == 2021));
        Assert.Equal(1000, _capture.Lines.Count(line => line.EventId == 5000));
        _log.Flush();
        Assert.Contains("900", _capture.Lines[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_a_session_that_broke_the_protocol_is_not_told_twice()
    {
        var session = new SessionId(7);
        _log.Write(new CoreReport.SessionViolation(session, "p", "x"));
        _log.Write(new CoreReport.SessionClosed(session, "p", "x", 0));
        _log.Write(new CoreReport.SessionClosed(new SessionId(8), "p", "x", 0));

        Assert.Equal([LogLevel.Warning, LogLevel.Debug, LogLevel.Information], _capture.Lines.Select(line => line.Level));
    }

    public void Dispose() => _capture.Dispose();

    private static object Sample(Type type)
    {
        if (type == typeof(string))
            return "text";
        if (type == typeof(U256))
            return U256.MaxValue;
        if (type == typeof(ImmutableArray<ushort>))
            return ImmutableArray.Create<ushort>(2);
        if (type == typeof(FoundBlock))
            return new FoundBlock(U256.Zero, new byte[80], new SubmitSolution(1, 2, 3, 4, new byte[9]), 0, null, default, "me");
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Sample(inner);
        if (type.IsValueType)
            return RuntimeHelpers.GetUninitializedObject(type);
        ConstructorInfo constructor = type.GetConstructors().First();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType))]);
    }

    private sealed class Names : IPeerNames
    {
        public string Of(SessionId session) => "192.0.2.7:1000";

        public string Of(LinkRole role, int index) => "peer";

        public string Upstream(int index) => "pool";

        public string Provider(int index) => "provider";
    }
}
