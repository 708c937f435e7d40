namespace Capnp;

/// <summary>A generated builder of one struct type.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface ICapnpBuilder<TSelf>
    where TSelf : struct, ICapnpBuilder<TSelf>
{
    /// <summary>Words of the type's data section.</summary>
    static abstract int DataWords { get; }

    /// <summary>Pointers the type has.</summary>
    static abstract int PointerCount { get; }

    /// <summary>Builds a struct as this type.</summary>
    /// <param name="raw">The struct, of at least the type's size.</param>
    static abstract TSelf Create(StructBuilder raw);
}
