namespace JdClient.TemplateReceiver.BitcoinCoreIpc;

/// <summary>
/// Template ids, unique in this process: a solution of an earlier connection must never be taken for one of a template of this.
/// </summary>
internal sealed class TemplateIds
{
    private long _last;

    internal ulong Next() => (ulong)Interlocked.Increment(ref _last);
}
