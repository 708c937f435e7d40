using Capnp;
using Capnp.Generator;
using Capnp.Generator.Emit;
using Capnp.Generator.Schema;

// The compiler writes the request to standard input; the output goes below the working directory, which the compiler sets.
MessageLimits limits = new() { MaxBytes = 64 * 1024 * 1024, TraversalWords = 64 * 1024 * 1024 };
using MemoryStream input = new();
await Console.OpenStandardInput().CopyToAsync(input);
try
{
    SchemaRequest request = SchemaRequest.Read(MessageReader.Parse(input.ToArray(), limits));
    foreach (SchemaFile file in request.Files)
    {
        if (FileEmitter.TryEmit(request, file) is { } text)
            await File.WriteAllTextAsync(Path.GetFileName(file.Name) + ".cs", text);
    }

    return 0;
}
catch (Exception problem) when (problem is CapnpFormatException or UnsupportedSchemaException or IOException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
