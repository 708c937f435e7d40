using System.Collections.Immutable;
using System.Text;
using Bitcoin;
using JdClient.Core;

namespace JdClient.Configuration;

internal sealed partial class RootReader
{
    private const int MaxUserIdentityLength = 255;

    private ImmutableArray<UpstreamConfiguration> ReadUpstreams(MiningMode? mode)
    {
        ImmutableArray<SectionReader>? sections = top.Tables("upstreams");
        if (sections is null or { IsEmpty: true } && mode is MiningMode.FullTemplate or MiningMode.CoinbaseOnly)
        {
            if (sections is null || !top.Has("upstreams"))
                top.Missing("upstreams", "a [[upstreams]] table for each pool, or mode = \"SOLOMINING\"");
            else
                top.Error("upstreams", "is empty: add a [[upstreams]] table for each pool, or set mode = \"SOLOMINING\"");
        }

        var upstreams = ImmutableArray.CreateBuilder<UpstreamConfiguration>();
        foreach (SectionReader section in sections ?? [])
        {
            if (ReadUpstream(section) is not { } upstream)
                continue;
            if (upstreams.Any(other => other.Pool == upstream.Pool && other.UserIdentity == upstream.UserIdentity))
                section.Warn("pool_address", "is in the list before with the same user_identity; the second entry adds nothing");
            upstreams.Add(upstream);
        }

        return upstreams.ToImmutable();
    }

    private static UpstreamConfiguration? ReadUpstream(SectionReader section)
    {
        AuthorityPublicKey? authority = section.PublicKey("authority_pubkey");
        if (!section.Has("authority_pubkey"))
            section.Missing("authority_pubkey", "authority_pubkey = \"9…\", as the pool publishes it");
        AuthorityPublicKey? jdsAuthority = section.PublicKey("jds_authority_pubkey");
        PeerEndpoint? pool = ReadPeer(section, "pool_address", "pool_port", 3333);
        PeerEndpoint? jds = ReadPeer(section, "jds_address", "jds_port", 3334);
        string? identity = section.Text("user_identity");
        if (!section.Has("user_identity"))
            section.Missing("user_identity", "user_identity = \"your_name.worker\"; may be empty if the pool does not care");
        if (identity is not null && Encoding.UTF8.GetByteCount(identity) > MaxUserIdentityLength)
        {
            section.Error("user_identity", $"is longer than {MaxUserIdentityLength} bytes");
            identity = null;
        }

        if (authority is not null && WellKnownKeys.Contains(authority) && pool is not null && !PeerText.IsThisHost(pool.Host))
            section.Warn("authority_pubkey", "is the example key that everybody knows: it does not prove that this is the pool");
        if (authority is null || pool is null || jds is null || identity is null)
            return null;
        return new UpstreamConfiguration
        {
            Pool = pool,
            JobDeclarator = jds,
            PoolAuthority = authority,
            JobDeclaratorAuthority = jdsAuthority ?? authority,
            UserIdentity = identity,
        };
    }

    private static PeerEndpoint? ReadPeer(SectionReader section, string addressKey, string portKey, int examplePort)
    {
        string? host = section.Text(addressKey);
        long? port = section.Integer(portKey, 1, ushort.MaxValue);
        if (!section.Has(addressKey))
            section.Missing(addressKey, $"{addressKey} = \"pool.example.com\"");
        if (!section.Has(portKey))
            section.Missing(portKey, $"{portKey} = {examplePort}");
        if (host is not null && PeerText.HostError(host) is { } error)
        {
            section.Error(addressKey, $"{error}; the port stands in {portKey}");
            return null;
        }

        return host is null || port is null ? null : new PeerEndpoint(PeerText.Unbracket(host), (ushort)port.Value);
    }
}
