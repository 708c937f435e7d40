namespace Capnp.Generator.Schema;

/// <summary>A method of an interface.</summary>
/// <param name="Number">Its number on the wire.</param>
/// <param name="Name">Its name in the schema.</param>
/// <param name="Comment">Its comment; may be empty.</param>
/// <param name="ParamsId">The struct of its parameters.</param>
/// <param name="ResultsId">The struct of its results.</param>
public sealed record SchemaMethod(int Number, string Name, string Comment, ulong ParamsId, ulong ResultsId)
{
    internal static SchemaMethod Read(StructReader raw, int number, string comment) =>
        new(number, raw.GetPointer(0).ReadText(), comment, raw.GetUInt64(8), raw.GetUInt64(16));
}
