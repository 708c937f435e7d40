namespace Capnp;

/// <summary>A generated reader of one struct type.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface ICapnpReader<TSelf>
    where TSelf : struct, ICapnpReader<TSelf>
{
    /// <summary>Reads a struct as this type.</summary>
    /// <param name="raw">The struct.</param>
    static abstract TSelf Create(StructReader raw);
}
