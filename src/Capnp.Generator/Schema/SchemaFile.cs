namespace Capnp.Generator.Schema;

/// <summary>A file to generate.</summary>
/// <param name="Id">Its id, which is that of its node.</param>
/// <param name="Name">Its path as the compiler names it.</param>
public sealed record SchemaFile(ulong Id, string Name);
