using System.Diagnostics;
using TestSupport;
using Xunit;

namespace Capnp.Generator.Tests;

public class GeneratedCodeTests
{
    [Fact]
    public async Task The_committed_code_is_what_the_schemas_generate()
    {
        string? root = Repository.TryPath;
        if (root is null)
            Assert.Skip("needs the repository around the test");
        if (!HasTool("capnp"))
            Assert.Skip("needs the capnp tool (Debian: capnproto)");
        string output = Directory.CreateTempSubdirectory("capnp-generated").FullName;
        try
        {
            // Everything goes below src/ of the output, the tests' own schema beside it.
            string source = Directory.CreateDirectory(Path.Combine(output, "src")).FullName;
            await Generate(root, source);

            string[] generated = Directory.GetFiles(output, "*.capnp.cs", SearchOption.AllDirectories);
            Assert.Equal(18, generated.Length);
            foreach (string file in generated)
            {
                string committed = Path.Combine(root, Path.GetRelativePath(output, file));
                Assert.True(File.Exists(committed), $"{committed} is missing; run capnp/generate.sh");
                Assert.Equal(await File.ReadAllTextAsync(committed), await File.ReadAllTextAsync(file));
            }
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private static async Task Generate(string root, string output)
    {
        ProcessStartInfo start = new("bash", [Path.Combine(root, "capnp", "generate.sh"), output]) { RedirectStandardError = true };
        start.Environment["CAPNP_GENERATOR"] = Path.Combine(AppContext.BaseDirectory, "Capnp.Generator");
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }

    private static bool HasTool(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));
}
