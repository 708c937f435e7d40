using System.Collections;

namespace Capnp;

/// <summary>A list of a message with typed elements. Reading an element may throw <see cref="CapnpFormatException"/>.</summary>
/// <typeparam name="T">What an element is read as.</typeparam>
public sealed class CapnpList<T> : IReadOnlyList<T>
{
    private readonly ListReader _raw;
    private readonly Func<ListReader, int, T> _read;

    /// <summary>Makes the typed view of a list.</summary>
    /// <param name="raw">The list.</param>
    /// <param name="read">How to read an element.</param>
    public CapnpList(ListReader raw, Func<ListReader, int, T> read)
    {
        _raw = raw;
        _read = read;
    }

    /// <inheritdoc/>
    public int Count => _raw.Count;

    /// <inheritdoc/>
    public T this[int index] => _read(_raw, index);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (int i = 0; i < _raw.Count; i++)
            yield return _read(_raw, i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
