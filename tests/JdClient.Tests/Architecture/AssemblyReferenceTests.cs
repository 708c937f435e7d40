using System.Reflection;

namespace JdClient.Tests.Architecture;

/// <summary>Holds the arrows of design.md §3: who may know whom, and what the pure projects may not touch.</summary>
public class AssemblyReferenceTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Bitcoin"] = [],
        ["Sv2.Protocol"] = ["Bitcoin"],
        ["Sv2.Noise"] = ["Bitcoin"],
        ["Sv2.Transport"] = ["Sv2.Protocol", "Sv2.Noise", "Bitcoin"],
        ["Sv2.Channels"] = ["Sv2.Protocol", "Bitcoin"],
        ["JdClient.Core"] = ["Sv2.Channels", "Sv2.Protocol", "Bitcoin"],
        ["Capnp"] = [],
        ["BitcoinCore.Ipc"] = ["Capnp"],
        ["JdClient"] = ["BitcoinCore.Ipc", "JdClient.Core", "Sv2.Channels", "Sv2.Transport", "Sv2.Noise", "Sv2.Protocol", "Bitcoin"],
    };

    private static readonly string[] Pure = ["Bitcoin", "Sv2.Protocol", "Sv2.Noise", "Sv2.Channels", "JdClient.Core"];

    private static readonly string[] NotInPureProjects =
    [
        "System.Net.Sockets", "System.IO.Pipelines", "System.Threading.Channels", "System.IO.FileSystem", "System.Console",
        "Microsoft.Extensions.Logging.Abstractions", "Serilog", "System.Diagnostics.Process",
    ];

    public static TheoryData<string> OurAssemblies => new(Arrows.Keys);

    public static TheoryData<string> PureAssemblies => new(Pure);

    [Theory]
    [MemberData(nameof(OurAssemblies))]
    public void An_assembly_refers_only_to_those_its_arrow_leads_to(string name)
    {
        IEnumerable<string> ours = References(name).Where(Arrows.ContainsKey);

        Assert.Empty(ours.Except(Arrows[name]));
    }

    [Theory]
    [MemberData(nameof(OurAssemblies))]
    public void Nothing_in_src_knows_the_testbed_or_a_test(string name) =>
        Assert.DoesNotContain(References(name), reference => reference.Contains("Test", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(PureAssemblies))]
    public void A_pure_assembly_refers_to_no_socket_task_or_logger_library(string name) =>
        Assert.Empty(References(name).Intersect(NotInPureProjects));

    private static IEnumerable<string> References(string name) =>
        Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!);
}
