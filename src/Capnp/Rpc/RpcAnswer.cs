namespace Capnp.Rpc;

/// <summary>
/// The results of a call. Disposing it gives back the capabilities in it; references read out of it before are the reader's own
/// and stay, and so does data.
/// </summary>
/// <typeparam name="T">The reader of the results.</typeparam>
public sealed class RpcAnswer<T> : IDisposable
    where T : struct, ICapnpReader<T>
{
    internal RpcAnswer(CallResult raw, T results)
    {
        Raw = raw;
        Results = results;
    }

    /// <summary>The results.</summary>
    public T Results { get; }

    internal CallResult Raw { get; }

    /// <inheritdoc/>
    public void Dispose() => Raw.Dispose();
}
