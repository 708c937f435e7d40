using System.Collections.Immutable;

namespace JdClient.Configuration;

internal sealed partial class RootReader
{
    private ImmutableArray<BlockSubmitConfiguration> ReadBlockSubmit()
    {
        var targets = ImmutableArray.CreateBuilder<BlockSubmitConfiguration>();
        foreach (SectionReader section in top.Tables("block_submit") ?? [])
        {
            if (ReadBlockSubmit(section) is not { } target)
                continue;
            if (targets.Any(other => other.Url == target.Url))
                section.Warn("url", "is in the list before; the second entry adds nothing");
            targets.Add(target);
        }

        return targets.ToImmutable();
    }

    private BlockSubmitConfiguration? ReadBlockSubmit(SectionReader section)
    {
        Uri? url = ReadRpcUrl(section);
        string? cookie = section.Text("cookie_file") is { Length: > 0 } file ? ExpandPath(file) : null;
        string? user = section.Text("user");
        string? password = section.Text("password");
        double? timeout = section.Number("timeout_secs", 1, 600);
        if (cookie is not null && (user is not null || password is not null))
        {
            section.Error("cookie_file", "is given beside user and password; keep one of the two");
            return null;
        }

        if (cookie is null && (user is null || password is null))
        {
            bool none = user is null && password is null;
            if (none && !section.Has("cookie_file"))
                section.Missing("cookie_file", "cookie_file = \"~/.bitcoin/.cookie\", or user and password as in the node's rpcauth");
            else if (!none)
                section.Missing(user is null ? "user" : "password", "both, user = \"…\" and password = \"…\", or cookie_file alone");
            return null;
        }

        if (url is null)
            return null;
        if (url.Scheme == Uri.UriSchemeHttp && !PeerText.IsThisHost(PeerText.Unbracket(url.Host)))
            section.Warn(
                "url", "is not this host: password and blocks go over the network in the clear; a tunnel or https would hide them");
        var target = new BlockSubmitConfiguration
        {
            Url = url,
            CookieFile = cookie,
            User = cookie is null ? user : null,
            Password = cookie is null ? new RpcPassword(password!) : null,
        };
        return timeout is { } seconds ? target with { Timeout = TimeSpan.FromSeconds(seconds) } : target;
    }

    private static Uri? ReadRpcUrl(SectionReader section)
    {
        const string example = "url = \"http://127.0.0.1:8332\"";
        if (section.Text("url") is not { } text)
        {
            if (!section.Has("url"))
                section.Missing("url", example);
            return null;
        }

        // The text is never shown: somebody may have written a password into it.
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.Host.Length == 0)
        {
            section.Error("url", $"must be an address such as {example}");
            return null;
        }

        if (url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0)
            return url;
        section.Error("url", "holds more than scheme, host, port and path; user and password have keys of their own");
        return null;
    }

    private BlockJournalConfiguration ReadBlockJournal() =>
        top.Section("block_journal")?.Read(OptionKeys.BlockJournal, new BlockJournalConfiguration()) ?? new();
}
